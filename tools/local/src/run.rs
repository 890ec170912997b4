//! The command `local run`, step by step.

use std::convert::Infallible;

use anyhow::{Context, Error, Result, anyhow, ensure};
use tokio::sync::{mpsc, watch};

use crate::{
    data_dir::DataDir,
    dynamodb,
    functions::{
        Functions,
        build::{self, Binary},
        environment::{self, Environment},
        hot_reload,
        instance::InstanceContext,
    },
    gateway,
    logs::{self, FunctionLog},
    mock_catalog, ports,
    reaper::{self, Reaper},
    redis, secrets_file,
    settings::Settings,
    signals::ShutdownSignals,
    sqs,
    supervisor::Supervisor,
    terminal::{self, Step},
    triggers,
};

/// Runs the stack until a shutdown signal arrives, which is success, or until a required part
/// fails.
pub(crate) async fn run() -> Result<()> {
    let mut signals = ShutdownSignals::listen()?;
    let settings = Settings::from_env()?;
    let data_dir = DataDir::open(&settings.data_dir, reaper::GRACE_PERIOD).await?;
    ports::ensure_free(&settings.ports(), reaper::GRACE_PERIOD).await?;

    let (reaper, reaper_process) = Reaper::start()?;
    let (stop, stopping) = watch::channel(false);
    let (failures, mut first_failure) = mpsc::unbounded_channel();
    let supervisor = Supervisor::new(reaper.clone(), stopping.clone(), failures);
    let stack = Stack { settings, data_dir, supervisor, stopping };
    let outcome = tokio::select! {
        () = signals.received() => Ok(()),
        Some(failure) = first_failure.recv() => Err(failure),
        result = stack.run() => result.map(|never| match never {}),
    };
    terminal::print("Stopping...");
    stop.send_replace(true);
    reaper.stop_all(reaper_process).await;
    outcome
}

struct Stack {
    settings: Settings,
    data_dir: DataDir,
    supervisor: Supervisor,
    stopping: watch::Receiver<bool>,
}

impl Stack {
    /// Starts everything in order and then reloads changed functions. Returns only on failure.
    async fn run(&self) -> Result<Infallible> {
        let Self { settings, data_dir, supervisor, stopping } = self;
        let secrets = secrets_file::load_or_create(&data_dir.join("secrets.env"))?;

        let sources = hot_reload::fingerprint();
        let step = Step::start("Compiling the functions (several minutes the first time)");
        let build = build::build_functions(supervisor).await?;
        ensure!(build.succeeded, "the functions do not compile");
        ensure!(!build.binaries.is_empty(), "the build produced no functions");
        step.done();

        let step = Step::start("Starting DynamoDB, Redis, SQS, the mock catalogue and API Gateway");
        let database = data_dir.join("dynamodb.sqlite");
        let ((), (), queues, (), ()) = tokio::try_join!(
            dynamodb::start(&database, settings.dynamodb, stopping.clone()),
            redis::start(supervisor, data_dir, settings.redis),
            sqs::start(supervisor, data_dir, settings),
            mock_catalog::start(settings.catalog),
            gateway::start(supervisor, data_dir, settings.api),
        )?;
        step.done();

        let environment = environment::shared(settings, secrets, &queues);
        let mut functions = self.start_functions(environment, build.binaries).await?;
        triggers::start(settings.api, queues, &functions.names().collect::<Vec<_>>(), stopping);
        self.print_welcome(functions.names().len());
        hot_reload::watch(&mut functions, sources).await
    }

    /// Starts the functions and waits until all of them respond. Fails as soon as one exits right
    /// after its start.
    async fn start_functions(&self, environment: Environment, binaries: Vec<Binary>) -> Result<Functions> {
        let Self { settings, data_dir, supervisor, .. } = self;
        let path = data_dir.log("functions");
        let log = FunctionLog::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        let (early_exits, mut first_early_exit) = mpsc::unbounded_channel();
        let context = InstanceContext { supervisor: supervisor.clone(), log: log.clone(), early_exits };
        let mut functions = Functions::new(context, settings.api, environment, settings.instances);
        functions.start_or_restart(binaries);
        let ready = tokio::select! {
            ready = gateway::wait_until_ready(settings.api, functions.names()) => ready,
            Some(exit) = first_early_exit.recv() => Err(Error::msg(exit)),
        };
        ready.map_err(|error| anyhow!("{error:#}\nLast lines of {}:\n{}", path.display(), logs::tail(&path)))?;
        log.echo_to_terminal();
        Ok(functions)
    }

    fn print_welcome(&self, functions: usize) {
        let Settings { api, dynamodb, redis, sqs, catalog, catalog_url, data_dir, instances, .. } = &self.settings;
        terminal::print(&format!(
            "
The local stack is ready: {functions} functions, {instances} processes each.

  Console    http://{api}/
  API        http://{api}   (documentation: http://{api}/docs)
  DynamoDB   http://{dynamodb}
  Redis      redis://{redis}/
  SQS        http://{sqs}
  Catalogue  {catalog_url}
  Data       {data_dir}/
  Logs       {data_dir}/logs/

Register a user:
  curl -i http://{api}/v1/auth/register -H 'content-type: application/json' \\
       -d '{{\"email\": \"ada@example.com\", \"password\": \"analytical engine 1843\"}}'

Simulate a catalogue outage, and end it:
  curl -X PATCH http://{catalog}/control -d '{{\"fail\": \"down\"}}'
  curl -X DELETE http://{catalog}/control

Saved changes in functions/, shared/ and web/ are reloaded. Press Ctrl-C to stop.
",
            data_dir = data_dir.display()
        ));
    }
}
