//! Lambda's operation Invoke, as `cargo lambda watch` serves it, and Lambda itself:
//! <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::Value;

/// A function that can be invoked, and how long an invocation may take.
#[derive(Clone)]
pub(crate) struct Function {
    name: String,
    url: String,
    /// Lambda ends a function that takes longer. Here the caller gives up on it: it may have been killed in the middle of
    /// the event, and then `cargo lambda watch` never answers.
    timeout: Duration,
    client: reqwest::Client,
}

/// Why there is no payload.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The event reached no function: nothing listens, there is no function of this name (yet), or it is throttled. Worth
    /// another attempt.
    NotInvoked(String),
    /// The function failed, or did not answer in time. It may have done its work nevertheless.
    Function(String),
}

impl Function {
    /// `api` is the address of Lambda's API, such as `http://127.0.0.1:9000`.
    pub(crate) fn new(api: &str, name: &str, timeout: Duration) -> Self {
        let url = format!("{api}/2015-03-31/functions/{name}/invocations");
        Self { name: name.to_owned(), url, timeout, client: reqwest::Client::new() }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Invokes the function synchronously and returns its payload.
    pub(crate) async fn invoke(&self, event: &Value) -> Result<String, Failure> {
        let request = self.client.post(&self.url).timeout(self.timeout);
        let request = request.header("content-type", "application/json").body(event.to_string());
        let answer = request.send().await.map_err(|error| self.no_answer(&error))?;
        let status = answer.status();
        let failed = answer.headers().contains_key("x-amz-function-error");
        let payload = answer.text().await.map_err(|error| self.no_answer(&error))?;
        match status {
            // What `cargo lambda watch` and Lambda answer for a function that does not exist.
            StatusCode::NOT_FOUND => Err(Failure::NotInvoked("there is no such function".into())),
            StatusCode::TOO_MANY_REQUESTS => Err(Failure::NotInvoked("it is throttled".into())),
            // Lambda says with a header that the function returned an error, `cargo lambda watch` with status 500.
            _ if failed || !status.is_success() => Err(Failure::Function(format!("{status}: {payload}"))),
            _ => Ok(payload),
        }
    }

    fn no_answer(&self, error: &reqwest::Error) -> Failure {
        if error.is_connect() {
            Failure::NotInvoked("nothing listens".into())
        } else if error.is_timeout() {
            Failure::Function(format!("no answer within {:?}", self.timeout))
        } else {
            Failure::Function(format!("no answer: {error}"))
        }
    }
}
