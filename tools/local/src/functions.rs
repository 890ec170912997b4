//! The functions, as processes that poll the Runtime API, the way Lambda runs them: several instances of each, and a new
//! process for one that ended.

use std::{collections::HashMap, path::PathBuf};

use shared::http::routes::FALLBACK;
use tokio::sync::watch;

use crate::{
    compile::Binary,
    environment::{self, Environment},
    gateway,
    instance::{Host, Instance},
    ports::Port,
};

/// The name under which `cargo lambda watch` asks for the function of the `$default` route: whatever no route matches.
const DEFAULT_ROUTE: &str = "_";

/// Starts functions, and starts them again when they changed.
pub(crate) struct Functions {
    host: Host,
    gateway: Port,
    environment: Environment,
    instances: usize,
    /// The program of each function; a new path tells its instances to start anew.
    running: HashMap<String, watch::Sender<PathBuf>>,
}

impl Functions {
    pub(crate) fn new(host: Host, gateway: Port, environment: Environment, instances: usize) -> Self {
        Self { host, gateway, environment, instances, running: HashMap::new() }
    }

    pub(crate) fn host(&self) -> &Host {
        &self.host
    }

    pub(crate) fn names(&self) -> impl ExactSizeIterator<Item = &String> {
        self.running.keys()
    }

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
        let default = (function == FALLBACK).then_some(DEFAULT_ROUTE);
        for route in [function.as_str()].into_iter().chain(default) {
            let api = gateway::runtime_api(self.gateway, route);
            let environment = environment::of_function(&self.environment, &function, api);
            for _ in 0..self.instances {
                let instance = Instance {
                    host: self.host.clone(),
                    function: function.clone(),
                    environment: environment.clone(),
                    binary: binary.clone(),
                };
                tokio::spawn(instance.run());
            }
        }
        self.running.insert(function, sender);
    }
}
