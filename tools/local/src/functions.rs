//! The functions, as processes that poll the Runtime API, the way Lambda runs them: several instances of each, one
//! request at a time per instance, and a new one for one that ended.

use std::{
    collections::HashMap,
    path::PathBuf,
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anyhow::Result;
use shared::http::routes::FALLBACK;
use tokio::{
    process::Command,
    sync::{mpsc, watch},
};

use crate::{compile::Binary, gateway, logs::FunctionLog, ports::Port, settings, supervise::Supervisor};

/// The name under which `cargo lambda watch` asks for the function of the `$default` route: whatever no route matches.
const DEFAULT_ROUTE: &str = "_";
/// A process that gives up sooner than this, for want of a setting say, would do so again. It is started again when it
/// has been compiled anew.
const TOO_SOON: Duration = Duration::from_secs(5);

/// Starts functions, and starts them again when they changed.
pub(crate) struct Functions {
    pub(crate) supervisor: Supervisor,
    pub(crate) gateway: Port,
    pub(crate) log: FunctionLog,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) instances: usize,
    /// Hears of each process that gave up soon after its start.
    pub(crate) gave_up: mpsc::UnboundedSender<String>,
    /// One sender per function; a new path tells its instances to start anew.
    pub(crate) running: HashMap<String, watch::Sender<PathBuf>>,
}

/// One process at a time of one function.
struct Instance {
    supervisor: Supervisor,
    log: FunctionLog,
    name: String,
    environment: Vec<(String, String)>,
    gave_up: mpsc::UnboundedSender<String>,
    binary: watch::Receiver<PathBuf>,
}

impl Functions {
    /// Starts what does not run yet and starts anew what changed.
    pub(crate) fn take_up(&mut self, binaries: Vec<Binary>) {
        for Binary { function, path, changed } in binaries {
            match self.running.get(&function) {
                None => self.start(function, path),
                Some(binary) if changed => {
                    binary.send_replace(path);
                }
                Some(_) => {}
            }
        }
    }

    fn start(&mut self, function: String, path: PathBuf) {
        let (sender, binary) = watch::channel(path);
        let mut routes = vec![function.as_str()];
        if function == FALLBACK {
            routes.push(DEFAULT_ROUTE);
        }
        for route in routes {
            for _ in 0..self.instances {
                let mut environment = self.environment.clone();
                environment.push(("AWS_LAMBDA_RUNTIME_API".into(), gateway::runtime_api(self.gateway, route)));
                environment.push(("AWS_LAMBDA_FUNCTION_NAME".into(), function.clone()));
                environment.push(("AWS_LAMBDA_FUNCTION_VERSION".into(), "$LATEST".into()));
                environment.push(("AWS_LAMBDA_FUNCTION_MEMORY_SIZE".into(), "256".into()));
                let instance = Instance {
                    supervisor: self.supervisor.clone(),
                    log: self.log.clone(),
                    name: function.clone(),
                    environment,
                    gave_up: self.gave_up.clone(),
                    binary: binary.clone(),
                };
                tokio::spawn(instance.run());
            }
        }
        self.running.insert(function, sender);
    }
}

impl Instance {
    /// Until the stack stops: start, wait for the end or for a newer program, start again.
    async fn run(mut self) {
        while !self.supervisor.is_stopping() {
            let started = Instant::now();
            let (end, by_itself) = match self.once().await {
                Ok(None) => continue,
                Ok(Some(status)) => (status.to_string(), status.code().is_some()),
                Err(error) => (format!("{error:#}"), true),
            };
            if self.supervisor.is_stopping() {
                return;
            }
            let end = format!("{} ended ({end})", self.name);
            self.log.write(&end);
            if by_itself && started.elapsed() < TOO_SOON {
                let _nobody_asks_once_the_stack_is_up = self.gave_up.send(end);
                if self.binary.changed().await.is_err() {
                    return;
                }
            }
        }
    }

    /// Runs one process. None when a newer program is there.
    async fn once(&mut self) -> Result<Option<ExitStatus>> {
        let mut command = Command::new(self.binary.borrow_and_update().clone());
        for name in settings::aws_variables() {
            command.env_remove(name);
        }
        command.envs(self.environment.iter().cloned()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = self.supervisor.start(&mut command)?;
        let last_words = self.log.follow(&self.name, process.child());
        tokio::select! {
            status = process.ended() => {
                let _written = last_words.await;
                Ok(status)
            }
            _ = self.binary.changed() => {
                process.kill().await;
                Ok(None)
            }
        }
    }
}
