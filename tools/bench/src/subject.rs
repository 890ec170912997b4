//! A subject of a measurement: a program, its variables and one kind of request.

use std::{path::PathBuf, process::Command};

use anyhow::{Context, Result};
use axum::body::Bytes;
use serde_json::json;

use crate::{
    instance::{Answer, Instance},
    world::{Backends, World, dynamo::Answers, to_bytes},
};

/// The name of the floor in all tables.
pub(crate) const FLOOR: &str = "hello";

/// A program and one kind of request.
#[derive(Clone)]
pub(crate) struct Subject {
    /// The name in the tables.
    pub(crate) name: String,
    /// The value of `AWS_LAMBDA_FUNCTION_NAME`.
    pub(crate) function: String,
    /// The executable, as it is deployed.
    pub(crate) program: PathBuf,
    /// Arguments and variables that start a package of another kind.
    pub(crate) launcher: Launcher,
    pub(crate) event: Bytes,
    pub(crate) preparation: Preparation,
    pub(crate) answers: Answers,
    /// `true` if a request hashes a password, which takes a hundred times as long as any other.
    pub(crate) hashes: bool,
}

/// The arguments and variables that start a program.
#[derive(Clone, Default)]
pub(crate) struct Launcher {
    pub(crate) arguments: Vec<String>,
    pub(crate) variables: Vec<(String, String)>,
}

/// The step before each request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Preparation {
    /// Nothing.
    None,
    /// The cached pages are invalidated, so that the list is a miss.
    ForgetPages,
}

impl Subject {
    /// A function of the shipping build with its example event.
    pub(crate) fn function(world: &World, target: &std::path::Path, name: &str) -> Result<Self> {
        Ok(Self {
            name: name.to_owned(),
            function: name.to_owned(),
            program: target.join("release").join(name),
            launcher: Launcher::default(),
            event: to_bytes(&world.event(name)?),
            preparation: Preparation::None,
            answers: Answers::Canned,
            hashes: name == "auth-login",
        })
    }

    /// The floor. Its event is that of a list with another path, so that parsing costs the same.
    pub(crate) fn floor(world: &World, target: &std::path::Path) -> Result<Self> {
        let mut event = world.event("watchlist-list")?;
        event["rawPath"] = json!("/hello");
        event["routeKey"] = json!("GET /hello");
        event["requestContext"]["http"]["path"] = json!("/hello");
        event["requestContext"]["routeKey"] = json!("GET /hello");
        let floor = Self::function(world, target, "watchlist-list")?;
        let program = target.join("release/bench-floor");
        Ok(Self { name: FLOOR.to_owned(), function: FLOOR.to_owned(), program, event: to_bytes(&event), ..floor })
    }

    /// The same function under another name, with a preparation.
    pub(crate) fn prepared(&self, name: &str, preparation: Preparation) -> Self {
        Self { name: name.to_owned(), preparation, ..self.clone() }
    }

    /// Returns the command that starts a process.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.launcher.arguments);
        command
    }

    /// Starts a process.
    pub(crate) async fn start(&self, world: &World, memory: u32, backends: Backends) -> Result<Instance> {
        self.start_with(self.command(), world, memory, backends).await
    }

    /// Starts a process with a command of its own, such as a tracer.
    pub(crate) async fn start_with(
        &self,
        command: Command,
        world: &World,
        memory: u32,
        backends: Backends,
    ) -> Result<Instance> {
        let mut variables = world.variables(&self.function, memory, backends);
        variables.extend(self.launcher.variables.iter().cloned());
        Instance::start(command, &variables).await.with_context(|| format!("{} failed", self.name))
    }

    /// Prepares and sends one request.
    pub(crate) async fn request(&self, world: &World, instance: &mut Instance) -> Result<Answer> {
        if self.preparation == Preparation::ForgetPages {
            world.redis.forget_pages().await?;
        }
        instance.invoke(&self.event).await.with_context(|| format!("{} failed", self.name))
    }

    /// Sends real requests in a process of their own, so that later ones find the session and the
    /// page in Redis, and the server of the table knows the answers.
    pub(crate) async fn rehearse(&self, world: &World) -> Result<()> {
        world.dynamo.set_answers(Answers::Real);
        let mut instance = self.start(world, 256, Backends::Connected).await?;
        self.request(world, &mut instance).await?.json().with_context(|| format!("{} failed", self.name))?;
        world.dynamo.set_answers(self.answers);
        self.request(world, &mut instance).await?.json().with_context(|| format!("{} failed", self.name))?;
        Ok(())
    }
}
