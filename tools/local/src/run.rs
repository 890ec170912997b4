//! `local run`, step by step.

use std::convert::Infallible;

use anyhow::{Context, Error, Result, anyhow, ensure};
use tokio::sync::{mpsc, watch};

use crate::{
    catalog,
    compile::{self, Binary},
    dynamodb,
    environment::{self, Environment},
    folder::Folder,
    functions::Functions,
    gateway,
    guard::{self, Guard},
    instance::Host,
    logs::{self, FunctionLog},
    ports, redis, reload, secrets,
    settings::Settings,
    signals::Signals,
    sqs,
    supervise::Supervisor,
    terminal::{self, Step},
    triggers,
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

        let step = Step::start("starting DynamoDB, Redis, SQS, the catalogue and the gateway");
        let database = folder.join("dynamodb.sqlite");
        let ((), (), queues, (), ()) = tokio::try_join!(
            dynamodb::start(&database, settings.dynamodb, stopping.clone()),
            redis::start(supervisor, folder, settings.redis),
            sqs::start(supervisor, folder, settings),
            catalog::start(settings.catalog),
            gateway::start(supervisor, folder, settings.api),
        )?;
        step.done();

        let environment = environment::of_stack(settings, secrets, &queues);
        let mut functions = self.start_functions(environment, build.binaries).await?;
        triggers::start(settings.api, queues, &functions.names().collect::<Vec<_>>(), stopping);
        self.welcome(functions.names().len());
        reload::forever(&mut functions, sources).await
    }

    /// Starts the functions and waits until all of them answer. One that gives up ends the wait.
    async fn start_functions(&self, environment: Environment, binaries: Vec<Binary>) -> Result<Functions> {
        let Self { settings, folder, supervisor, .. } = self;
        let path = folder.log("functions");
        let log = FunctionLog::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        let (gave_up, mut first_to_give_up) = mpsc::unbounded_channel();
        let host = Host { supervisor: supervisor.clone(), log: log.clone(), gave_up };
        let mut functions = Functions::new(host, settings.api, environment, settings.instances);
        functions.take_up(binaries);
        let ready = tokio::select! {
            ready = gateway::ready(settings.api, functions.names()) => ready,
            Some(end) = first_to_give_up.recv() => Err(Error::msg(end)),
        };
        ready.map_err(|error| anyhow!("{error:#}; the end of {}:\n{}", path.display(), logs::tail(&path)))?;
        log.show();
        Ok(functions)
    }

    fn welcome(&self, functions: usize) {
        let Settings { api, dynamodb, redis, sqs, catalog, catalog_url, folder, instances, .. } = &self.settings;
        terminal::say(&format!(
            "
The stack is up: {functions} functions (FUNCTION_INSTANCES={instances}).

  console   http://{api}/
  API       http://{api}   described at http://{api}/docs
  DynamoDB  http://{dynamodb}
  Redis     redis://{redis}/
  SQS       http://{sqs}
  catalogue {catalog_url}
  data      {folder}/   logs  {folder}/logs/

Try:
  curl -i http://{api}/v1/auth/register -H 'content-type: application/json' \\
       -d '{{\"email\": \"ada@example.com\", \"password\": \"analytical engine 1843\"}}'
  curl -X PATCH http://{catalog}/control -d '{{\"fail\": \"down\"}}'   # the catalogue is down
  curl -X DELETE http://{catalog}/control                        # and as it was

A change in functions/, shared/ or web/ is taken up when it is saved. Ctrl-C stops everything.
",
            folder = folder.display()
        ));
    }
}
