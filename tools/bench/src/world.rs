//! Everything around a measured function: its backends, its variables and its events.
//!
//! The functions reach each backend through a [`TcpProxy`].

pub(crate) mod dynamo;
pub(crate) mod redis;
pub(crate) mod sqs;
pub(crate) mod tcp_proxy;
mod user;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use axum::body::Bytes;
use serde_json::Value;

use self::{
    dynamo::{Answers, Dynamo},
    redis::Redis,
    sqs::Sqs,
    tcp_proxy::TcpProxy,
    user::User,
};

/// The backends, and one user with a watchlist.
pub(crate) struct World {
    pub(crate) dynamo: Dynamo,
    pub(crate) redis: Redis,
    pub(crate) sqs: Sqs,
    pub(crate) to_dynamo: TcpProxy,
    pub(crate) to_redis: TcpProxy,
    pub(crate) to_sqs: TcpProxy,
    /// The folder of cargo's builds.
    target: PathBuf,
    secrets: Vec<(String, String)>,
    user: User,
}

/// The state of the backends of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backends {
    /// All of them.
    Connected,
    /// None: connections are refused.
    Unreachable,
}

/// An address that refuses connections: port 9 is reserved for a service that nothing runs.
const REFUSED: &str = "127.0.0.1:9";

impl World {
    /// Starts the backends and registers a user with this many items.
    pub(crate) async fn start(target: &Path, items: usize) -> Result<Self> {
        let (dynamo, redis, sqs) = (Dynamo::start().await?, Redis::start().await?, Sqs::start().await?);
        let mut world = Self {
            to_dynamo: TcpProxy::start(dynamo.address.clone()).await?,
            to_redis: TcpProxy::start(redis.address.clone()).await?,
            to_sqs: TcpProxy::start(sqs.address.clone()).await?,
            dynamo,
            redis,
            sqs,
            target: target.to_owned(),
            secrets: secrets(target)?,
            user: User::default(),
        };
        world.add_user(items).await?;
        Ok(world)
    }

    /// Registers another user with this many items. Later events are requests of this user.
    pub(crate) async fn add_user(&mut self, items: usize) -> Result<()> {
        self.dynamo.set_answers(Answers::Real);
        self.user = User::register(self, items).await?;
        Ok(())
    }

    /// Returns the variables of a function: those of `template.yaml` and those that Lambda sets.
    pub(crate) fn variables(&self, function: &str, memory: u32, backends: Backends) -> Vec<(String, String)> {
        let at = |proxy: &TcpProxy| match backends {
            Backends::Connected => proxy.address.clone(),
            Backends::Unreachable => REFUSED.to_owned(),
        };
        let sqs = at(&self.to_sqs);
        let variables = [
            ("TABLE_NAME", dynamo::TABLE.to_owned()),
            ("REDIS_URL", format!("redis://{}/", at(&self.to_redis))),
            ("AWS_ENDPOINT_URL_DYNAMODB", format!("http://{}", at(&self.to_dynamo))),
            ("AWS_ENDPOINT_URL_SQS", format!("http://{sqs}")),
            ("AUDIT_QUEUE_URL", format!("http://{sqs}/123456789012/audit")),
            ("JWT_ISSUER", "https://api.example.com".to_owned()),
            ("JWT_AUDIENCE", "watchlist".to_owned()),
            ("ACCESS_TOKEN_TTL_SECONDS", "86400".to_owned()),
            // No request of a measurement may be rejected.
            ("RATE_LIMIT_FACTOR", "1000000".to_owned()),
            // For `bench-typical`.
            ("PARTITION", format!("USER#{}#WATCHLIST", self.user.id)),
            // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
            ("AWS_LAMBDA_FUNCTION_NAME", function.to_owned()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", memory.to_string()),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
            ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{function}")),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/11/21/[$LATEST]0123456789abcdef0123456789abcdef".to_owned()),
            ("AWS_EXECUTION_ENV", "AWS_Lambda_provided.al2023".to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_DEFAULT_REGION", "us-east-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "example".to_owned()),
            ("AWS_SESSION_TOKEN", "example".to_owned()),
            ("LAMBDA_TASK_ROOT", "/var/task".to_owned()),
            ("LAMBDA_RUNTIME_DIR", "/var/runtime".to_owned()),
            ("_HANDLER", "bootstrap".to_owned()),
            ("LANG", "en_US.UTF-8".to_owned()),
            ("PATH", "/usr/local/bin:/usr/bin/:/bin:/opt/bin".to_owned()),
            ("TZ", ":UTC".to_owned()),
        ];
        let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), value));
        variables.chain(self.secrets.iter().cloned()).collect()
    }

    /// Returns the example event of a function as a request of the user.
    pub(crate) fn event(&self, function: &str) -> Result<Value> {
        let path = format!("functions/{function}/event.json");
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
        let text = text.replace("REPLACE_WITH_ACCESS_TOKEN", &self.user.access_token);
        let text = text.replace("REPLACE_WITH_REFRESH_TOKEN", &self.user.refresh_token);
        Ok(serde_json::from_str(&text.replace("viewer@example.com", &self.user.email))?)
    }
}

/// Returns new keys as variables. `local secrets` prints them as JSON.
fn secrets(target: &Path) -> Result<Vec<(String, String)>> {
    let output = Command::new(target.join("debug/local")).arg("secrets").output().context("cannot run `local`")?;
    ensure!(output.status.success(), "`local secrets` failed: {}", String::from_utf8_lossy(&output.stderr));
    let secrets: serde_json::Map<String, Value> = serde_json::from_slice(&output.stdout)?;
    let variable = |(name, value): (String, Value)| Some((name.to_uppercase(), value.as_str()?.to_owned()));
    Ok(secrets.into_iter().filter_map(variable).collect())
}

/// Returns an event as the bytes that the Runtime API sends.
pub(crate) fn to_bytes(event: &Value) -> Bytes {
    event.to_string().into()
}
