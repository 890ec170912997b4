//! The whole local stack, started as a developer starts it: with `make run`.

use std::{
    fs,
    net::TcpListener,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

use super::{ports::unused_port, template::project_file};

/// Enough for a clean build of everything on two slow cores.
const START_TIMEOUT: Duration = Duration::from_mins(20);
const STOP_TIMEOUT: Duration = Duration::from_secs(15);

/// A running stack on its own ports. Dropping the value stops it.
pub(crate) struct Stack {
    child: Child,
    output: BufReader<ChildStdout>,
    local_dir: PathBuf,
    ports: Vec<u16>,
}

impl Stack {
    /// Five ports on which nothing listens.
    pub(crate) fn unused_ports() -> Vec<u16> {
        (0..5).map(|_| unused_port()).collect()
    }

    /// Runs `make run` and waits until the stack is ready.
    pub(crate) async fn start(ports: &[u16], local_dir: &Path, github_url: &str) -> Self {
        Self::start_with(ports, local_dir, &[("GITHUB_API_URL", github_url)]).await
    }

    /// Runs `make run` with additional settings and waits until the stack is ready.
    #[expect(clippy::disallowed_methods, reason = "to remove variables from the environment of a child")]
    pub(crate) async fn start_with(ports: &[u16], local_dir: &Path, settings: &[(&str, &str)]) -> Self {
        let port_settings = ["API_PORT", "DYNAMODB_PORT", "REDIS_PORT", "SQS_PORT", "CATALOG_PORT"];
        let mut make = Command::new("make");
        make.arg("run").current_dir(project_file("")).env("LOCAL_DIR", local_dir);
        // All clients share one address here and send more requests than the quotas allow.
        make.env("RATE_LIMIT_FACTOR", "10000").envs(settings.iter().copied());
        make.envs(port_settings.iter().zip(ports).map(|(name, port)| (name, port.to_string())));
        // The variables that `cargo test` sets for tests must not reach the build that `make run`
        // does. Those of a `make` that runs the tests would make this one print its directory.
        for (name, _) in std::env::vars().filter(|(name, _)| {
            ["MAKEFLAGS", "MAKELEVEL", "MFLAGS"].contains(&name.as_str())
                || (name.starts_with("CARGO_")
                    && !["CARGO_HOME", "CARGO_INCREMENTAL", "CARGO_TARGET_DIR"].contains(&name.as_str()))
        }) {
            make.env_remove(name);
        }
        let stderr = fs::File::create(local_dir.join("make-run.stderr")).unwrap();
        make.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(stderr).process_group(0);
        let mut child = make.spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut stack = Self { child, output, local_dir: local_dir.to_owned(), ports: ports.to_owned() };
        timeout(START_TIMEOUT, stack.read_until_ready()).await.expect("`make run` does not become ready");
        stack
    }

    pub(crate) fn api_port(&self) -> u16 {
        self.ports[0]
    }

    pub(crate) fn dynamodb_endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports[1])
    }

    pub(crate) fn redis_port(&self) -> u16 {
        self.ports[2]
    }

    pub(crate) fn sqs_port(&self) -> u16 {
        self.ports[3]
    }

    /// The URL of the mock catalogue, which also serves its control API.
    pub(crate) fn catalog(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports[4])
    }

    /// The processes of a function, found by the variables that Lambda sets for them. Linux only.
    pub(crate) fn processes_of(&self, function: &str) -> Vec<Pid> {
        let (local_dir, name) = (self.local_dir.to_str().unwrap(), format!("AWS_LAMBDA_FUNCTION_NAME={function}"));
        let is_of_function = |environment: &[u8]| {
            let mut variables = environment.split(|byte| *byte == 0);
            variables.any(|variable| variable == name.as_bytes())
                && String::from_utf8_lossy(environment).contains(local_dir)
        };
        let processes = fs::read_dir("/proc").unwrap().flatten();
        let found =
            processes.filter(|process| fs::read(process.path().join("environ")).is_ok_and(|it| is_of_function(&it)));
        found.filter_map(|process| Pid::from_raw(process.file_name().to_str()?.parse().ok()?)).collect()
    }

    /// The Redis process, found by the address in its process title. Linux only.
    pub(crate) fn redis_process(&self) -> Pid {
        let address = format!("127.0.0.1:{}", self.redis_port());
        let is_redis = |process: &fs::DirEntry| {
            let title = fs::read(process.path().join("cmdline")).unwrap_or_default();
            let title = String::from_utf8_lossy(&title).replace('\0', " ");
            title.contains("-server") && title.contains(&address)
        };
        let found = fs::read_dir("/proc").unwrap().flatten().find(is_redis).expect("no Redis process");
        Pid::from_raw(found.file_name().to_str().unwrap().parse().unwrap()).unwrap()
    }

    /// The lines with this message that the functions have logged.
    pub(crate) fn log_lines(&self, message: &str) -> Vec<serde_json::Value> {
        let log = fs::read_to_string(self.local_dir.join("logs/functions.log")).unwrap();
        let lines = log.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        lines.filter(|line| line["message"] == message).collect()
    }

    /// Reads the output up to the line that says how to stop the stack. It is printed when the
    /// stack is ready.
    async fn read_until_ready(&mut self) {
        let mut output = String::new();
        while !output.contains("Ctrl-C") {
            let read = self.output.read_line(&mut output).await.unwrap();
            assert!(read > 0, "`make run` ended:\n{output}\n{}", self.stderr());
        }
    }

    fn stderr(&self) -> String {
        fs::read_to_string(self.local_dir.join("make-run.stderr")).unwrap()
    }

    /// Sends SIGINT to the whole process group, as Ctrl-C does, and asserts that nothing is left
    /// behind.
    pub(crate) async fn interrupt(mut self) {
        kill_process_group(self.process_group(), Signal::INT).unwrap();
        let mut output = String::new();
        let stopped = async {
            self.output.read_to_string(&mut output).await.unwrap();
            self.child.wait().await.unwrap()
        };
        let status = timeout(STOP_TIMEOUT, stopped).await.expect("`make run` does not stop");
        // `make` receives SIGINT too and reports it in its own status.
        let is_expected = status.success() || status.signal() == Some(Signal::INT.as_raw());
        assert!(is_expected && output.trim_end().ends_with("Stopping..."), "{status}:\n{output}\n{}", self.stderr());
        for port in &self.ports {
            assert!(TcpListener::bind(("127.0.0.1", *port)).is_ok(), "port {port} is still in use");
        }
        assert_eq!(processes_with(&self.local_dir), Vec::<String>::new(), "processes are left behind");
    }

    fn process_group(&self) -> Pid {
        Pid::from_raw(self.child.id().unwrap().try_into().unwrap()).unwrap()
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        if let Some(Ok(id)) = self.child.id().map(i32::try_from)
            && let Some(group) = Pid::from_raw(id)
        {
            let _already_gone = kill_process_group(group, Signal::INT);
        }
    }
}

/// The command lines of the processes of a stack, found by its data directory in their environment.
/// Empty except on Linux.
fn processes_with(local_dir: &Path) -> Vec<String> {
    let marker = local_dir.to_str().unwrap();
    let mut found = Vec::new();
    for process in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let read = |name: &str| fs::read(process.path().join(name)).unwrap_or_default();
        if String::from_utf8_lossy(&read("environ")).contains(marker) {
            found.push(String::from_utf8_lossy(&read("cmdline")).replace('\0', " "));
        }
    }
    found
}
