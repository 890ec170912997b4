//! As much of the protocol as tests need: <https://valkey.io/topics/protocol/>.

use std::{
    io::{BufRead, BufReader, Error, ErrorKind, Result, Write},
    net::TcpStream,
    time::Duration,
};

/// A connection of one's own. Nothing is sent on it but what the test sends, and the number of a database.
pub(crate) struct RedisClient {
    answers: BufReader<TcpStream>,
}

impl RedisClient {
    /// To `redis://host:port/database`. The database is chosen if there is a number.
    pub(crate) fn connect(url: &str) -> Result<Self> {
        Self::connect_within(url, Duration::from_secs(5))
    }

    /// With less patience for answers from the beginning.
    pub(crate) fn connect_within(url: &str, limit: Duration) -> Result<Self> {
        let (_, address, database) = parts(url);
        let mut client = Self { answers: BufReader::new(TcpStream::connect(address)?) };
        client.wait_at_most(limit);
        if !database.is_empty() {
            client.send(&[&["SELECT", database]])?;
            assert_eq!(client.answer()?, "OK");
        }
        Ok(client)
    }

    /// An answer that takes longer is an error. A later one can still be read.
    pub(crate) fn wait_at_most(&mut self, limit: Duration) {
        self.answers.get_ref().set_read_timeout(Some(limit)).unwrap();
    }

    /// Sends commands together.
    pub(crate) fn send(&mut self, commands: &[&[&str]]) -> Result<()> {
        let commands: Vec<String> = commands.iter().map(|words| encode(words)).collect();
        self.answers.get_mut().write_all(commands.concat().as_bytes())
    }

    /// The next answer. The parts of a list stand in one line.
    pub(crate) fn answer(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            return Err(Error::from(ErrorKind::UnexpectedEof));
        }
        let (kind, rest) = line.trim_end().split_at(1);
        match kind {
            "+" | "-" | ":" => Ok(rest.to_owned()),
            "$" | "*" if rest == "-1" => Ok(String::new()),
            "$" => {
                let mut text = vec![0; rest.parse::<usize>().unwrap() + 2];
                std::io::Read::read_exact(&mut self.answers, &mut text)?;
                Ok(String::from_utf8_lossy(&text[..text.len() - 2]).into_owned())
            }
            "*" => Ok((0..rest.parse().unwrap()).map(|_| self.answer()).collect::<Result<Vec<_>>>()?.join(" ")),
            other => panic!("{other}{rest}"),
        }
    }
}

/// `redis://user:password@host:port/database`: who, with the `@`; where; and which database.
pub(crate) fn parts(url: &str) -> (&str, &str, &str) {
    let (place, database) = url.strip_prefix("redis://").unwrap().split_once('/').unwrap();
    let (user, address) = place.split_at(place.rfind('@').map_or(0, |at| at + 1));
    (user, address, database)
}

fn encode(words: &[&str]) -> String {
    let bulk: Vec<String> = words.iter().map(|word| format!("${}\r\n{word}\r\n", word.len())).collect();
    format!("*{}\r\n{}", words.len(), bulk.concat())
}

/// The words of the first whole command, and how many bytes it takes.
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

/// The number in the line that begins at a position, and where the next line begins.
fn number(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let end = at + bytes.get(at..)?.iter().position(|byte| *byte == b'\n')?;
    let number = std::str::from_utf8(&bytes[at + 1..end]).ok()?.trim_end().parse().ok()?;
    Some((number, end + 1))
}

#[test]
fn a_command_is_read_when_all_of_it_is_there() {
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
fn an_address_has_three_parts() {
    assert_eq!(parts("redis://127.0.0.1:1/"), ("", "127.0.0.1:1", ""));
    assert_eq!(parts("redis://app:p@ss@127.0.0.1:1/7"), ("app:p@ss@", "127.0.0.1:1", "7"));
}
