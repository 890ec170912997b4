//! The scripts (<https://valkey.io/topics/eval-intro/>). They are loaded whenever a connection is made and called by their
//! digests; a Redis that has forgotten one is sent the text, which it then knows again.

use std::sync::LazyLock;

use redis::{
    Cmd, ErrorKind, FromRedisValue, RedisResult, Script, ServerErrorKind, ToRedisArgs, aio::MultiplexedConnection,
};

/// A Lua script and its text.
pub(super) struct LuaScript {
    text: &'static str,
    script: Script,
}

pub(super) static ADMIT: LazyLock<LuaScript> = LazyLock::new(|| LuaScript::new(include_str!("admit.lua")));
pub(super) static KEEP: LazyLock<LuaScript> = LazyLock::new(|| LuaScript::new(include_str!("keep.lua")));

impl LuaScript {
    fn new(text: &'static str) -> Self {
        Self { text, script: Script::new(text) }
    }

    /// Runs it; all keys must be in one slot.
    pub(super) async fn run<T: FromRedisValue>(
        &self,
        connection: &mut MultiplexedConnection,
        keys: &[String],
        arguments: &[impl ToRedisArgs],
    ) -> RedisResult<T> {
        let known = call("EVALSHA", self.script.get_hash(), keys, arguments).query_async(connection).await;
        match known {
            Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                call("EVAL", self.text, keys, arguments).query_async(connection).await
            }
            known => known,
        }
    }
}

fn call(command: &str, script: &str, keys: &[String], arguments: &[impl ToRedisArgs]) -> Cmd {
    let mut call = redis::cmd(command);
    call.arg(script).arg(keys.len()).arg(keys).arg(arguments);
    call
}

/// Makes the scripts known. Failure does no harm: they are sent along when they turn out to be missing.
pub(super) async fn load(connection: &mut MultiplexedConnection) {
    let mut load = redis::pipe();
    for script in [&ADMIT, &KEEP] {
        load.cmd("SCRIPT").arg("LOAD").arg(script.text).ignore();
    }
    let _sent_along_when_missing = load.exec_async(connection).await;
}
