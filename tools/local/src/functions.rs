//! Builds, starts and restarts the functions.
//!
//! 1. [`build`] compiles all functions with one `cargo build`.
//! 2. [`Functions::start_or_restart`], called by `run`, starts several instances of each function,
//!    as Lambda does.
//! 3. Each [`instance`] runs the function's binary, which polls the Runtime API of [`gateway`].
//!    When the process exits, it is started again.
//! 4. [`environment`] holds the variables that the processes receive.
//! 5. [`hot_reload`] repeats 1 and 2 when a source file changes.

pub(crate) mod build;
pub(crate) mod environment;
pub(crate) mod hot_reload;
pub(crate) mod instance;
pub(crate) mod without_route;

use std::{collections::HashMap, path::PathBuf};

use tokio::sync::watch;

use self::{
    build::Binary,
    environment::Environment,
    instance::{Instance, InstanceContext},
    without_route::FALLBACK,
};
use crate::{gateway, ports::Port};

/// The name by which `cargo lambda watch` invokes the function of the `$default` route, which
/// receives requests that match no other route.
const DEFAULT_ROUTE: &str = "_";

/// The running functions.
pub(crate) struct Functions {
    context: InstanceContext,
    gateway: Port,
    environment: Environment,
    instances_per_function: usize,
    /// The binary of each function. A new path restarts the function's instances.
    binaries: HashMap<String, watch::Sender<PathBuf>>,
}

impl Functions {
    pub(crate) fn new(
        context: InstanceContext,
        gateway: Port,
        environment: Environment,
        instances_per_function: usize,
    ) -> Self {
        Self { context, gateway, environment, instances_per_function, binaries: HashMap::new() }
    }

    pub(crate) fn context(&self) -> &InstanceContext {
        &self.context
    }

    pub(crate) fn names(&self) -> impl ExactSizeIterator<Item = &String> {
        self.binaries.keys()
    }

    /// Starts new functions and restarts changed ones.
    pub(crate) fn start_or_restart(&mut self, binaries: Vec<Binary>) {
        for Binary { function, path, is_changed } in binaries {
            match self.binaries.get(&function) {
                None => self.start(function, path),
                Some(binary) if is_changed => {
                    binary.send_replace(path);
                }
                Some(_) => {}
            }
        }
    }

    fn start(&mut self, function: String, path: PathBuf) {
        let (sender, binary) = watch::channel(path);
        let default_route = (function == FALLBACK).then_some(DEFAULT_ROUTE);
        for route in [function.as_str()].into_iter().chain(default_route) {
            let runtime_api = gateway::runtime_api(self.gateway, route);
            let environment = environment::of_function(&self.environment, &function, runtime_api);
            for _ in 0..self.instances_per_function {
                let instance = Instance {
                    context: self.context.clone(),
                    function: function.clone(),
                    environment: environment.clone(),
                    binary: binary.clone(),
                };
                tokio::spawn(instance.run());
            }
        }
        self.binaries.insert(function, sender);
    }
}
