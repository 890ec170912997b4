//! The Lua scripts (<https://valkey.io/topics/eval-intro/>).
//!
//! Each new connection loads them, and `EVALSHA` calls them by digest. If Redis has lost a script,
//! `EVAL` sends the source, which loads it again.

use std::sync::LazyLock;

use redis::{
    Cmd, ErrorKind, FromRedisValue, RedisResult, Script, ServerErrorKind, ToRedisArgs, aio::MultiplexedConnection,
};

/// A Lua script with its source.
pub(super) struct LuaScript {
    source: &'static str,
    script: Script,
}

pub(super) static ADMIT: LazyLock<LuaScript> = LazyLock::new(|| LuaScript::new(include_str!("admit.lua")));
pub(super) static STORE: LazyLock<LuaScript> = LazyLock::new(|| LuaScript::new(include_str!("store.lua")));

impl LuaScript {
    fn new(source: &'static str) -> Self {
        Self { source, script: Script::new(source) }
    }

    /// Runs the script. All keys must be in one slot.
    pub(super) async fn run<T: FromRedisValue>(
        &self,
        connection: &mut MultiplexedConnection,
        keys: &[String],
        arguments: &[impl ToRedisArgs],
    ) -> RedisResult<T> {
        let response = call("EVALSHA", self.script.get_hash(), keys, arguments).query_async(connection).await;
        match response {
            Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                call("EVAL", self.source, keys, arguments).query_async(connection).await
            }
            response => response,
        }
    }
}

fn call(command: &str, script: &str, keys: &[String], arguments: &[impl ToRedisArgs]) -> Cmd {
    let mut call = redis::cmd(command);
    call.arg(script).arg(keys.len()).arg(keys).arg(arguments);
    call
}

/// Loads all scripts. Failure is harmless: [`LuaScript::run`] sends the source of a missing script.
pub(super) async fn load(connection: &mut MultiplexedConnection) {
    let mut load = redis::pipe();
    for script in [&ADMIT, &STORE] {
        load.cmd("SCRIPT").arg("LOAD").arg(script.source).ignore();
    }
    let _failure_is_harmless = load.exec_async(connection).await;
}
