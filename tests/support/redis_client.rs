//! A minimal Redis client: the part of <https://valkey.io/topics/protocol/> that the tests need.

use std::{
    io::{BufRead, BufReader, Error, ErrorKind, Result, Write},
    net::TcpStream,
    time::Duration,
};

/// A connection that sends only what the test sends, after a `SELECT` of the database.
pub(crate) struct RedisClient {
    replies: BufReader<TcpStream>,
}

/// The parts of a Redis URL, `redis://user:password@host:port/database`.
#[derive(Debug, PartialEq)]
pub(crate) struct RedisUrl<'a> {
    /// User and password with the `@`, or empty.
    pub(crate) userinfo: &'a str,
    /// Host and port.
    pub(crate) address: &'a str,
    /// A number, or empty.
    pub(crate) database: &'a str,
}

impl RedisClient {
    /// Connects to `redis://host:port/database` and selects the database if the URL names one.
    pub(crate) fn connect(url: &str) -> Result<Self> {
        Self::connect_with_timeout(url, Duration::from_secs(5))
    }

    /// Like [`RedisClient::connect`], with a read timeout that applies from the first reply on.
    pub(crate) fn connect_with_timeout(url: &str, read_timeout: Duration) -> Result<Self> {
        let RedisUrl { address, database, .. } = split_url(url);
        let mut client = Self { replies: BufReader::new(TcpStream::connect(address)?) };
        client.set_read_timeout(read_timeout);
        if !database.is_empty() {
            client.send(&[&["SELECT", database]])?;
            assert_eq!(client.reply()?, "OK");
        }
        Ok(client)
    }

    /// Makes a reply that takes longer an error. It can still be read later.
    pub(crate) fn set_read_timeout(&mut self, timeout: Duration) {
        self.replies.get_ref().set_read_timeout(Some(timeout)).unwrap();
    }

    /// Sends commands in one write.
    pub(crate) fn send(&mut self, commands: &[&[&str]]) -> Result<()> {
        let commands: Vec<String> = commands.iter().map(|words| encode(words)).collect();
        self.replies.get_mut().write_all(commands.concat().as_bytes())
    }

    /// Reads the next reply. The elements of an array are joined by spaces.
    pub(crate) fn reply(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.replies.read_line(&mut line)? == 0 {
            return Err(Error::from(ErrorKind::UnexpectedEof));
        }
        let (kind, rest) = line.trim_end().split_at(1);
        match kind {
            "+" | "-" | ":" => Ok(rest.to_owned()),
            "$" | "*" if rest == "-1" => Ok(String::new()),
            "$" => {
                let mut text = vec![0; rest.parse::<usize>().unwrap() + 2];
                std::io::Read::read_exact(&mut self.replies, &mut text)?;
                Ok(String::from_utf8_lossy(&text[..text.len() - 2]).into_owned())
            }
            "*" => Ok((0..rest.parse().unwrap()).map(|_| self.reply()).collect::<Result<Vec<_>>>()?.join(" ")),
            other => panic!("{other}{rest}"),
        }
    }
}

pub(crate) fn split_url(url: &str) -> RedisUrl<'_> {
    let (authority, database) = url.strip_prefix("redis://").unwrap().split_once('/').unwrap();
    let (userinfo, address) = authority.split_at(authority.rfind('@').map_or(0, |at| at + 1));
    RedisUrl { userinfo, address, database }
}

fn encode(words: &[&str]) -> String {
    let bulk: Vec<String> = words.iter().map(|word| format!("${}\r\n{word}\r\n", word.len())).collect();
    format!("*{}\r\n{}", words.len(), bulk.concat())
}

/// Returns the words of the first command and its length in bytes, or `None` while the command is
/// incomplete.
pub(crate) fn first_command(bytes: &[u8]) -> Option<(Vec<String>, usize)> {
    let (count, mut at) = number(bytes, 0)?;
    let mut words = Vec::new();
    for _ in 0..count {
        let (length, start) = number(bytes, at)?;
        let word = bytes.get(start..start + length + 2)?;
        words.push(String::from_utf8_lossy(&word[..length]).into_owned());
        at = start + length + 2;
    }
    Some((words, at))
}

/// Returns the number in the line at position `at`, and the position of the next line.
fn number(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let end = at + bytes.get(at..)?.iter().position(|byte| *byte == b'\n')?;
    let number = std::str::from_utf8(&bytes[at + 1..end]).ok()?.trim_end().parse().ok()?;
    Some((number, end + 1))
}

#[test]
fn an_incomplete_command_is_not_parsed() {
    let sent = encode(&["set", "a key", "é\r\n"]) + &encode(&["GET", ""]);
    let first = sent.find("*2").unwrap();
    for length in 0..first {
        assert_eq!(first_command(&sent.as_bytes()[..length]), None, "{length}");
    }
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    assert_eq!(first_command(sent.as_bytes()), Some((words(&["set", "a key", "é\r\n"]), first)));
    assert_eq!(first_command(&sent.as_bytes()[first..]), Some((words(&["GET", ""]), sent.len() - first)));
}

#[test]
fn a_url_is_split_into_userinfo_address_and_database() {
    let url = |userinfo, address, database| RedisUrl { userinfo, address, database };
    assert_eq!(split_url("redis://127.0.0.1:1/"), url("", "127.0.0.1:1", ""));
    assert_eq!(split_url("redis://app:p@ss@127.0.0.1:1/7"), url("app:p@ss@", "127.0.0.1:1", "7"));
}
