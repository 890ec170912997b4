use std::{
    io::ErrorKind,
    time::{Duration, Instant},
};

use super::{Fault, RedisWire};
use crate::support::{
    redis::{command, database_url, wait_for},
    redis_client::RedisClient,
    redis_server::RedisServer,
};

const SOON: Duration = Duration::from_millis(50);
const LATE: Duration = Duration::from_secs(5);

fn wired() -> (RedisWire, RedisClient) {
    let wire = RedisWire::before(&database_url());
    let client = RedisClient::connect(wire.url()).unwrap();
    (wire, client)
}

/// Nothing came in time.
#[track_caller]
fn assert_silent(client: &mut RedisClient) {
    client.wait_at_most(SOON);
    assert_eq!(client.answer().unwrap_err().kind(), ErrorKind::WouldBlock);
    client.wait_at_most(LATE);
}

/// The connection is closed, and not merely silent.
#[track_caller]
fn assert_closed(client: &mut RedisClient) {
    let error = client.send(&[&["PING"]]).and_then(|()| client.answer()).unwrap_err();
    assert_ne!(error.kind(), ErrorKind::WouldBlock);
}

#[test]
fn a_pipeline_is_one_round_trip_and_setting_up_is_none() {
    let (wire, mut client) = wired();
    client.send(&[&["set", "a", "1"], &["GET", "a"], &["DEL", "a"]]).unwrap();
    assert_eq!([(); 3].map(|()| client.answer().unwrap()), ["OK", "1", "1"]);
    client.send(&[&["GET", "a"]]).unwrap();
    assert_eq!(client.answer().unwrap(), "");
    assert_eq!(wire.take_round_trips(), [vec!["SET", "GET", "DEL"], vec!["GET"]]);
    assert_eq!(wire.take_commands(), [vec!["set", "a", "1"], vec!["GET", "a"], vec!["DEL", "a"], vec!["GET", "a"]]);
    let database = wire.url().rsplit_once('/').unwrap().1;
    assert_eq!(wire.take_set_up(), [["SELECT", database]]);
    assert_eq!((wire.take_round_trips().len(), wire.take_commands().len(), wire.take_set_up().len()), (0, 0, 0));
}

#[test]
fn two_connections_make_two_round_trips_at_once() {
    let (wire, mut one) = wired();
    let mut two = RedisClient::connect(wire.url()).unwrap();
    wire.set_fault(Fault::Hang);
    one.send(&[&["GET", "a"]]).unwrap();
    two.send(&[&["DEL", "a"]]).unwrap();
    assert_silent(&mut one);
    assert_silent(&mut two);
    wire.set_fault(Fault::None);
    assert_eq!((one.answer().unwrap(), two.answer().unwrap()), (String::new(), "0".to_owned()));
    let mut trips = wire.take_round_trips();
    trips.sort();
    assert_eq!(trips, [["DEL"], ["GET"]]);
}

#[test]
fn what_hangs_is_delivered_later() {
    let direct = database_url();
    let wire = RedisWire::before(&direct);
    let mut client = RedisClient::connect(wire.url()).unwrap();
    wire.set_fault(Fault::Hang);
    client.send(&[&["SET", "a", "1"]]).unwrap();
    assert_silent(&mut client);
    assert_eq!(command(&direct, &["GET", "a"]), "", "it got through");
    assert_eq!((wire.take_round_trips().len(), wire.take_commands().len()), (0, 1));
    wire.set_fault(Fault::None);
    assert_eq!(client.answer().unwrap(), "OK");
    assert_eq!(wire.take_round_trips(), [["SET"]]);
}

#[test]
fn what_is_lost_is_never_delivered() {
    let (wire, mut client) = wired();
    wire.set_fault(Fault::Lose);
    client.send(&[&["SET", "a", "1"]]).unwrap();
    assert_silent(&mut client);
    // A new connection is taken, and as silent.
    assert_eq!(RedisClient::connect_within(wire.url(), SOON).err().unwrap().kind(), ErrorKind::WouldBlock);
    wire.set_fault(Fault::None);
    client.send(&[&["GET", "a"]]).unwrap();
    assert_eq!(client.answer().unwrap(), "");
    assert_silent(&mut client);
}

#[test]
fn an_answer_under_way_hangs_or_is_lost_as_well() {
    let server = RedisServer::start("");
    let wire = RedisWire::before(&server.url());
    let mut client = RedisClient::connect(wire.url()).unwrap();
    for fault in [Fault::Hang, Fault::Lose] {
        client.send(&[&["BLPOP", "a", "0"]]).unwrap();
        wait_for("the question", || server.command(&["INFO", "clients"]).contains("blocked_clients:1"));
        wire.set_fault(fault);
        assert_eq!(server.command(&["RPUSH", "a", "1"]), "1");
        assert_silent(&mut client);
        assert!(wire.take_round_trips().is_empty());
        wire.set_fault(Fault::None);
        if fault == Fault::Hang {
            assert_eq!(client.answer().unwrap(), "a 1");
            assert_eq!(wire.take_round_trips(), [["BLPOP"]]);
        }
    }
    assert_silent(&mut client);
}

#[test]
fn who_is_refused_is_closed_now_and_let_in_afterwards() {
    let (wire, mut client) = wired();
    wire.set_fault(Fault::Refuse);
    assert_closed(&mut client);
    assert_ne!(RedisClient::connect(wire.url()).err().unwrap().kind(), ErrorKind::WouldBlock);
    wire.set_fault(Fault::None);
    RedisClient::connect(wire.url()).unwrap();
}

#[test]
fn a_cut_closes_what_there_is_and_nothing_later() {
    let (wire, mut client) = wired();
    wire.cut();
    assert_closed(&mut client);
    let mut client = RedisClient::connect(wire.url()).unwrap();
    client.send(&[&["PING"]]).unwrap();
    assert_eq!(client.answer().unwrap(), "PONG");
}

#[test]
fn a_stranded_connection_is_silent_for_good_and_a_new_one_is_well() {
    let (wire, mut stranded) = wired();
    wire.strand();
    let mut client = RedisClient::connect(wire.url()).unwrap();
    stranded.send(&[&["SET", "a", "1"]]).unwrap();
    assert_silent(&mut stranded);
    client.send(&[&["GET", "a"]]).unwrap();
    assert_eq!(client.answer().unwrap(), "");
    wire.set_fault(Fault::None);
    assert_silent(&mut stranded);
    wire.cut();
    assert_closed(&mut stranded);
}

#[test]
fn a_slow_answer_takes_as_long_as_was_said() {
    let (wire, mut client) = wired();
    wire.set_fault(Fault::Slow(SOON));
    let started = Instant::now();
    client.send(&[&["PING"]]).unwrap();
    assert_eq!(client.answer().unwrap(), "PONG");
    assert!(started.elapsed() >= SOON, "{:?}", started.elapsed());
}
