//! What the tests stand on.

pub(crate) mod answer;
pub(crate) mod app;
pub(crate) mod catalogue;
pub(crate) mod dynamo;
pub(crate) mod functions;
pub(crate) mod guarded;
pub(crate) mod keys;
pub(crate) mod program;
pub(crate) mod redis;
pub(crate) mod redis_client;
pub(crate) mod redis_server;
pub(crate) mod redis_tls;
pub(crate) mod redis_wire;
pub(crate) mod request;
pub(crate) mod runtime_api;
pub(crate) mod shop;
pub(crate) mod sqs;
pub(crate) mod sqs_wire;
pub(crate) mod stack;
pub(crate) mod stack_sqs;
pub(crate) mod step_wire;
pub(crate) mod steps;
pub(crate) mod template;
pub(crate) mod time;
pub(crate) mod tokens;
pub(crate) mod upstream;
