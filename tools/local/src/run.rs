//! `local run`, step by step.

use std::{collections::HashMap, convert::Infallible};

use anyhow::{Context, Error, Result, anyhow, ensure};
use tokio::sync::{mpsc, watch};

use crate::{
    compile, dynamodb,
    folder::Folder,
    functions::Functions,
    gateway,
    guard::{self, Guard},
    logs::{self, FunctionLog},
    ports, redis, reload, secrets,
    settings::Settings,
    signals::Signals,
    sqs,
    supervise::Supervisor,
    terminal::{self, Step},
};

/// Runs the stack until a signal asks it to stop, which is success, or until a part of it ends, which is not.
pub(crate) async fn run() -> Result<()> {
    let mut signals = Signals::listen()?;
    let settings = Settings::read()?;
    let folder = Folder::open(&settings.folder, guard::GRACE).await?;
    ports::all_free(&settings.ports(), guard::GRACE).await?;

    let (guard, guard_process) = Guard::start()?;
    let (stop, stopping) = watch::channel(false);
    let (deaths, mut first_death) = mpsc::unbounded_channel();
    let stack =
        Stack { settings, folder, supervisor: Supervisor::new(guard.clone(), stopping.clone(), deaths), stopping };
    let outcome = tokio::select! {
        () = signals.received() => Ok(()),
        Some(death) = first_death.recv() => Err(death),
        result = stack.run() => result.map(|never| match never {}),
    };
    terminal::say("stopping");
    stop.send_replace(true);
    guard.stop_all(guard_process).await;
    outcome
}

struct Stack {
    settings: Settings,
    folder: Folder,
    supervisor: Supervisor,
    stopping: watch::Receiver<bool>,
}

impl Stack {
    /// Starts everything in order, then takes up changes. Returns only when something fails.
    async fn run(&self) -> Result<Infallible> {
        let Self { settings, folder, supervisor, stopping } = self;
        let secrets = secrets::load_or_create(&folder.join("secrets.env"))?;

        let sources = reload::fingerprint();
        let step = Step::start("compiling the functions (minutes the first time, then seconds)");
        let build = compile::functions(supervisor).await?;
        ensure!(build.succeeded, "the functions do not compile");
        ensure!(!build.binaries.is_empty(), "there is no function to run");
        step.done();

        let step = Step::start("starting DynamoDB, Redis, SQS and the gateway");
        let database = folder.join("dynamodb.sqlite");
        let ((), (), queue, ()) = tokio::try_join!(
            dynamodb::start(&database, settings.dynamodb, stopping.clone()),
            redis::start(supervisor, folder, settings.redis),
            sqs::start(supervisor, folder, settings.sqs),
            gateway::start(supervisor, folder, settings.api),
        )?;
        step.done();

        let log = folder.log("functions");
        let (gave_up, mut first_to_give_up) = mpsc::unbounded_channel();
        let mut functions = Functions {
            supervisor: supervisor.clone(),
            gateway: settings.api,
            log: FunctionLog::create(&log).with_context(|| format!("cannot write {}", log.display()))?,
            environment: self.environment(secrets, queue),
            instances: settings.instances,
            gave_up,
            running: HashMap::new(),
        };
        functions.take_up(build.binaries);
        let ready = tokio::select! {
            ready = gateway::ready(settings.api, functions.running.keys()) => ready,
            Some(end) = first_to_give_up.recv() => Err(Error::msg(end)),
        };
        ready.map_err(|error| anyhow!("{error:#}; the end of {}:\n{}", log.display(), logs::tail(&log)))?;
        drop(first_to_give_up);
        functions.log.show();
        self.welcome(functions.running.len());
        reload::forever(&mut functions, sources).await
    }

    /// What `template.yaml` sets on AWS. Whatever else the caller's environment holds reaches the functions too, so that
    /// `make run LOG_LEVEL=debug` works.
    fn environment(&self, secrets: Vec<(String, String)>, queue: String) -> Vec<(String, String)> {
        let Settings { api, dynamodb, redis, sqs, .. } = &self.settings;
        let own = [
            ("AWS_REGION", "us-east-1".into()),
            ("AWS_ACCESS_KEY_ID", "local".into()),
            ("AWS_SECRET_ACCESS_KEY", "local".into()),
            ("AWS_ENDPOINT_URL_DYNAMODB", dynamodb::endpoint(*dynamodb)),
            ("AWS_ENDPOINT_URL_SQS", sqs::endpoint(*sqs)),
            ("TABLE_NAME", dynamodb::TABLE.into()),
            ("REDIS_URL", redis::url(*redis)),
            ("AUDIT_QUEUE_URL", queue),
            ("JWT_ISSUER", format!("http://{api}")),
            ("JWT_AUDIENCE", "watchlist".into()),
        ];
        own.into_iter().map(|(name, value)| (name.into(), value)).chain(secrets).collect()
    }

    fn welcome(&self, functions: usize) {
        let Settings { api, dynamodb, redis, sqs, folder, instances } = &self.settings;
        terminal::say(&format!(
            "
The stack is up: {functions} functions, {instances} processes each.

  API       http://{api}
  DynamoDB  http://{dynamodb}
  Redis     redis://{redis}/
  SQS       http://{sqs}
  data      {folder}/   logs  {folder}/logs/

Try:
  curl -i http://{api}/v1/auth/register -H 'content-type: application/json' \\
       -d '{{\"email\": \"ada@example.com\", \"password\": \"analytical engine 1843\"}}'

A change in functions/ or shared/ is taken up when it is saved. Ctrl-C stops everything.
",
            folder = folder.display()
        ));
    }
}
