use std::{
    io::ErrorKind,
    time::{Duration, Instant},
};

use super::{Fault, RedisProxy};
use crate::support::{
    redis::{command, database_url},
    redis_client::RedisClient,
    redis_server::RedisServer,
    wait,
};

const SHORT: Duration = Duration::from_millis(50);
const LONG: Duration = Duration::from_secs(5);

fn proxy_and_client() -> (RedisProxy, RedisClient) {
    let proxy = RedisProxy::start(&database_url());
    let client = RedisClient::connect(proxy.url()).unwrap();
    (proxy, client)
}

/// Asserts that no reply arrives in time.
#[track_caller]
fn assert_silent(client: &mut RedisClient) {
    client.set_read_timeout(SHORT);
    assert_eq!(client.reply().unwrap_err().kind(), ErrorKind::WouldBlock);
    client.set_read_timeout(LONG);
}

/// Asserts that the connection is closed, not merely silent.
#[track_caller]
fn assert_closed(client: &mut RedisClient) {
    let error = client.send(&[&["PING"]]).and_then(|()| client.reply()).unwrap_err();
    assert_ne!(error.kind(), ErrorKind::WouldBlock);
}

#[test]
fn a_pipeline_is_one_round_trip_and_the_handshake_is_none() {
    let (proxy, mut client) = proxy_and_client();
    client.send(&[&["set", "a", "1"], &["GET", "a"], &["DEL", "a"]]).unwrap();
    assert_eq!([(); 3].map(|()| client.reply().unwrap()), ["OK", "1", "1"]);
    client.send(&[&["GET", "a"]]).unwrap();
    assert_eq!(client.reply().unwrap(), "");
    assert_eq!(proxy.take_round_trips(), [vec!["SET", "GET", "DEL"], vec!["GET"]]);
    assert_eq!(proxy.take_commands(), [vec!["set", "a", "1"], vec!["GET", "a"], vec!["DEL", "a"], vec!["GET", "a"]]);
    let database = proxy.url().rsplit_once('/').unwrap().1;
    assert_eq!(proxy.take_handshake_commands(), [["SELECT", database]]);
    let left = (proxy.take_round_trips(), proxy.take_commands(), proxy.take_handshake_commands());
    assert_eq!((left.0.len(), left.1.len(), left.2.len()), (0, 0, 0));
}

#[test]
fn concurrent_commands_on_two_connections_are_two_round_trips() {
    let (proxy, mut one) = proxy_and_client();
    let mut two = RedisClient::connect(proxy.url()).unwrap();
    proxy.set_fault(Fault::Hang);
    one.send(&[&["GET", "a"]]).unwrap();
    two.send(&[&["DEL", "a"]]).unwrap();
    assert_silent(&mut one);
    assert_silent(&mut two);
    proxy.set_fault(Fault::None);
    assert_eq!((one.reply().unwrap(), two.reply().unwrap()), (String::new(), "0".to_owned()));
    let mut trips = proxy.take_round_trips();
    trips.sort();
    assert_eq!(trips, [["DEL"], ["GET"]]);
}

#[test]
fn a_command_that_hangs_is_delivered_when_the_fault_is_over() {
    let direct = database_url();
    let proxy = RedisProxy::start(&direct);
    let mut client = RedisClient::connect(proxy.url()).unwrap();
    proxy.set_fault(Fault::Hang);
    client.send(&[&["SET", "a", "1"]]).unwrap();
    assert_silent(&mut client);
    assert_eq!(command(&direct, &["GET", "a"]), "", "the command arrived");
    assert_eq!((proxy.take_round_trips().len(), proxy.take_commands().len()), (0, 1));
    proxy.set_fault(Fault::None);
    assert_eq!(client.reply().unwrap(), "OK");
    assert_eq!(proxy.take_round_trips(), [["SET"]]);
}

#[test]
fn a_dropped_command_is_never_delivered() {
    let (proxy, mut client) = proxy_and_client();
    proxy.set_fault(Fault::Drop);
    client.send(&[&["SET", "a", "1"]]).unwrap();
    assert_silent(&mut client);
    // A new connection opens, and gets no reply either.
    assert_eq!(RedisClient::connect_with_timeout(proxy.url(), SHORT).err().unwrap().kind(), ErrorKind::WouldBlock);
    proxy.set_fault(Fault::None);
    client.send(&[&["GET", "a"]]).unwrap();
    assert_eq!(client.reply().unwrap(), "");
    assert_silent(&mut client);
}

#[test]
fn faults_apply_to_replies_of_commands_sent_before_them() {
    let server = RedisServer::start("");
    let proxy = RedisProxy::start(&server.url());
    let mut client = RedisClient::connect(proxy.url()).unwrap();
    for fault in [Fault::Hang, Fault::Drop] {
        client.send(&[&["BLPOP", "a", "0"]]).unwrap();
        wait::until("the command to arrive", || server.command(&["INFO", "clients"]).contains("blocked_clients:1"));
        proxy.set_fault(fault);
        assert_eq!(server.command(&["RPUSH", "a", "1"]), "1");
        assert_silent(&mut client);
        assert!(proxy.take_round_trips().is_empty());
        proxy.set_fault(Fault::None);
        if fault == Fault::Hang {
            assert_eq!(client.reply().unwrap(), "a 1");
            assert_eq!(proxy.take_round_trips(), [["BLPOP"]]);
        }
    }
    assert_silent(&mut client);
}

#[test]
fn refuse_closes_all_connections_and_new_ones_work_afterwards() {
    let (proxy, mut client) = proxy_and_client();
    proxy.set_fault(Fault::Refuse);
    assert_closed(&mut client);
    assert_ne!(RedisClient::connect(proxy.url()).err().unwrap().kind(), ErrorKind::WouldBlock);
    proxy.set_fault(Fault::None);
    RedisClient::connect(proxy.url()).unwrap();
}

#[test]
fn close_connections_closes_open_connections_and_no_later_ones() {
    let (proxy, mut client) = proxy_and_client();
    proxy.close_connections();
    assert_closed(&mut client);
    let mut client = RedisClient::connect(proxy.url()).unwrap();
    client.send(&[&["PING"]]).unwrap();
    assert_eq!(client.reply().unwrap(), "PONG");
}

#[test]
fn a_black_holed_connection_stays_silent_and_a_new_one_works() {
    let (proxy, mut black_holed) = proxy_and_client();
    proxy.black_hole_connections();
    let mut client = RedisClient::connect(proxy.url()).unwrap();
    black_holed.send(&[&["SET", "a", "1"]]).unwrap();
    assert_silent(&mut black_holed);
    client.send(&[&["GET", "a"]]).unwrap();
    assert_eq!(client.reply().unwrap(), "");
    proxy.set_fault(Fault::None);
    assert_silent(&mut black_holed);
    proxy.close_connections();
    assert_closed(&mut black_holed);
}

#[test]
fn slow_delays_a_reply_by_the_given_duration() {
    let (proxy, mut client) = proxy_and_client();
    proxy.set_fault(Fault::Slow(SHORT));
    let started = Instant::now();
    client.send(&[&["PING"]]).unwrap();
    assert_eq!(client.reply().unwrap(), "PONG");
    assert!(started.elapsed() >= SHORT, "{:?}", started.elapsed());
}
