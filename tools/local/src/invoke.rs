//! Lambda's `Invoke` operation, as `cargo lambda watch` and Lambda serve it:
//! <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::Value;

use crate::http_client::http_client;

/// A function that can be invoked.
#[derive(Clone)]
pub(crate) struct LambdaFunction {
    name: String,
    url: String,
    /// Lambda stops a function that exceeds its timeout. Here only the caller gives up: `cargo
    /// lambda watch` never responds when the function was killed during the invocation.
    timeout: Duration,
    client: reqwest::Client,
}

/// The reason why an invocation returned no payload.
#[derive(Debug)]
pub(crate) enum InvokeError {
    /// The event did not reach the function: nothing listens, the function does not exist (yet), or
    /// it is throttled. The same event can be sent again.
    NotInvoked(String),
    /// The function failed or timed out. It may have processed the event.
    Function(String),
}

impl LambdaFunction {
    /// `api` is the URL of Lambda's API, such as `http://127.0.0.1:9000`.
    pub(crate) fn new(api: &str, name: &str, timeout: Duration) -> Self {
        let url = format!("{api}/2015-03-31/functions/{name}/invocations");
        Self { name: name.to_owned(), url, timeout, client: http_client() }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Invokes the function synchronously and returns its payload.
    pub(crate) async fn invoke(&self, event: &Value) -> Result<String, InvokeError> {
        let request = self.client.post(&self.url).timeout(self.timeout);
        let request = request.header("content-type", "application/json").body(event.to_string());
        let response = request.send().await.map_err(|error| self.request_error(&error))?;
        let status = response.status();
        let has_function_error = response.headers().contains_key("x-amz-function-error");
        let payload = response.text().await.map_err(|error| self.request_error(&error))?;
        match status {
            // The response of `cargo lambda watch` and Lambda for a function that does not exist.
            StatusCode::NOT_FOUND => Err(InvokeError::NotInvoked("function not found".into())),
            StatusCode::TOO_MANY_REQUESTS => Err(InvokeError::NotInvoked("throttled".into())),
            // For a function error, Lambda responds with a header and `cargo lambda watch` with
            // status 500.
            _ if has_function_error || !status.is_success() => {
                Err(InvokeError::Function(format!("{status}: {payload}")))
            }
            _ => Ok(payload),
        }
    }

    fn request_error(&self, error: &reqwest::Error) -> InvokeError {
        if error.is_connect() {
            InvokeError::NotInvoked("cannot connect".into())
        } else if error.is_timeout() {
            InvokeError::Function(format!("no response within {:?}", self.timeout))
        } else {
            InvokeError::Function(format!("no response: {error}"))
        }
    }
}
