//! The whole local stack, started as a person starts it: with `make run`.

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

use super::{redis::closed_port, template::project_file};

/// A cold build of everything on two slow cores, with room to spare.
const START: Duration = Duration::from_mins(20);
const STOP: Duration = Duration::from_secs(15);

/// A running stack on ports of its own. Dropping it stops it.
pub(crate) struct Stack {
    child: Child,
    output: BufReader<ChildStdout>,
    local_dir: PathBuf,
    ports: Vec<u16>,
}

impl Stack {
    /// Five ports at which nothing listens.
    pub(crate) fn free_ports() -> Vec<u16> {
        (0..5).map(|_| closed_port()).collect()
    }

    /// Runs `make run` and waits until it says that it serves.
    pub(crate) async fn start(ports: &[u16], local_dir: &Path, github_url: &str) -> Self {
        Self::start_with(ports, local_dir, &[("GITHUB_API_URL", github_url)]).await
    }

    /// Runs `make run` with more settings.
    #[expect(clippy::disallowed_methods, reason = "to take variables away from a child")]
    pub(crate) async fn start_with(ports: &[u16], local_dir: &Path, more: &[(&str, &str)]) -> Self {
        let settings = ["API_PORT", "DYNAMODB_PORT", "REDIS_PORT", "SQS_PORT", "CATALOG_PORT"];
        let mut make = Command::new("make");
        make.arg("run").current_dir(project_file("")).env("LOCAL_DIR", local_dir);
        // All come from one address here, and more often than any person.
        make.env("RATE_LIMIT_FACTOR", "10000").envs(more.iter().copied());
        make.envs(settings.iter().zip(ports).map(|(name, port)| (name, port.to_string())));
        // What `cargo test` sets for its tests must not reach the build that `make run` does.
        for (name, _) in std::env::vars().filter(|(name, _)| {
            name.starts_with("CARGO_")
                && !["CARGO_HOME", "CARGO_INCREMENTAL", "CARGO_TARGET_DIR"].contains(&name.as_str())
        }) {
            make.env_remove(name);
        }
        let errors = fs::File::create(local_dir.join("make-run.stderr")).unwrap();
        make.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors).process_group(0);
        let mut child = make.spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut stack = Self { child, output, local_dir: local_dir.to_owned(), ports: ports.to_owned() };
        timeout(START, stack.read_until_ready()).await.expect("`make run` does not come up");
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

    /// Where its catalogue is told how to behave.
    pub(crate) fn catalog(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports[4])
    }

    /// The processes that serve a function, by what Lambda tells each of itself. Linux only.
    pub(crate) fn processes_of(&self, function: &str) -> Vec<Pid> {
        let (local_dir, name) = (self.local_dir.to_str().unwrap(), format!("AWS_LAMBDA_FUNCTION_NAME={function}"));
        let serves = |environment: &[u8]| {
            let mut variables = environment.split(|byte| *byte == 0);
            variables.any(|variable| variable == name.as_bytes())
                && String::from_utf8_lossy(environment).contains(local_dir)
        };
        let processes = fs::read_dir("/proc").unwrap().flatten();
        let found = processes.filter(|process| fs::read(process.path().join("environ")).is_ok_and(|it| serves(&it)));
        found.filter_map(|process| Pid::from_raw(process.file_name().to_str()?.parse().ok()?)).collect()
    }

    /// The process of its Redis, which shows its address in its title. Linux only.
    pub(crate) fn redis_process(&self) -> Pid {
        let address = format!("127.0.0.1:{}", self.redis_port());
        let is_redis = |process: &fs::DirEntry| {
            let title = fs::read(process.path().join("cmdline")).unwrap_or_default();
            let title = String::from_utf8_lossy(&title).replace('\0', " ");
            title.contains("-server") && title.contains(&address)
        };
        let found = fs::read_dir("/proc").unwrap().flatten().find(is_redis).expect("no Redis");
        Pid::from_raw(found.file_name().to_str().unwrap().parse().unwrap()).unwrap()
    }

    /// The lines that the functions have logged with this message.
    pub(crate) fn logged(&self, message: &str) -> Vec<serde_json::Value> {
        let log = fs::read_to_string(self.local_dir.join("logs/functions.log")).unwrap();
        let lines = log.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        lines.filter(|line| line["message"] == message).collect()
    }

    /// What a person waits for: the line that says how to stop.
    async fn read_until_ready(&mut self) {
        let mut said = String::new();
        while !said.contains("Ctrl-C") {
            let read = self.output.read_line(&mut said).await.unwrap();
            assert!(read > 0, "`make run` ended:\n{said}\n{}", self.errors());
        }
    }

    fn errors(&self) -> String {
        fs::read_to_string(self.local_dir.join("make-run.stderr")).unwrap()
    }

    /// Presses Ctrl-C: the whole process group gets SIGINT. Everything must be gone afterwards.
    pub(crate) async fn interrupt(mut self) {
        kill_process_group(self.group(), Signal::INT).unwrap();
        let mut said = String::new();
        let stopped = async {
            self.output.read_to_string(&mut said).await.unwrap();
            self.child.wait().await.unwrap()
        };
        let status = timeout(STOP, stopped).await.expect("`make run` does not stop");
        // `make` itself was interrupted too, and says so in its status, as it should.
        let as_asked = status.success() || status.signal() == Some(Signal::INT.as_raw());
        assert!(as_asked && said.trim_end().ends_with("stopping"), "{status}:\n{said}\n{}", self.errors());
        for port in &self.ports {
            assert!(TcpListener::bind(("127.0.0.1", *port)).is_ok(), "port {port} is still in use");
        }
        assert_eq!(processes_of(&self.local_dir), Vec::<String>::new(), "processes were left behind");
    }

    fn group(&self) -> Pid {
        Pid::from_raw(self.child.id().unwrap().try_into().unwrap()).unwrap()
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        if let Some(Ok(id)) = self.child.id().map(i32::try_from)
            && let Some(group) = Pid::from_raw(id)
        {
            let _gone_already = kill_process_group(group, Signal::INT);
        }
    }
}

/// The processes that were started for this stack: its folder stands in their environment. Linux only; elsewhere none.
fn processes_of(local_dir: &Path) -> Vec<String> {
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
