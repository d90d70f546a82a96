//! What can happen, at random.

use std::net::Ipv4Addr;

use gangway_engine::intent::{ConnectWish, Intent};
use gangway_engine::vm::{Power, Service};
use jiff::SignedDuration;
use proptest::prelude::*;

use super::vm_id;

#[derive(Debug, Clone)]
pub enum Move {
    Wait(SignedDuration),
    /// To the next deadline.
    Tick,
    ClockError(SignedDuration),
    Wish(Intent),
    /// A wish about a connection or an access that is there.
    Person(u8, usize),
    /// An effect that is under way brings something; how well is luck.
    Reply(usize, u8),
    /// An effect that was called off brings something all the same.
    Stray(usize, u8),
    Tunnel(Option<Ipv4Addr>),
    Resume,
    Azure(AzureEvent),
    Crash,
    Rows,
    /// Who is signed in, told at random.
    Accounts(u8),
    /// Something about accounts and sign-ins that a person wants.
    SignIn(u8),
    /// The shell tells of itself, somebody opens a link, or a person answers one.
    Shell(u8, usize),
}

#[derive(Debug, Clone)]
pub enum AzureEvent {
    /// Everything that was taken is in force.
    InForce,
    /// What is past its end is revoked.
    Expire,
    /// Somebody else asks for the same port.
    Displace,
    Power(Power),
    Address(u8),
    /// 0: no policy, 1: any source, 2: the pool's block, 3: other sources.
    Policy(u8),
}

pub fn any_move() -> impl Strategy<Value = Move> {
    prop_oneof![
        4 => (0_i64..400).prop_map(|ms| Move::Wait(SignedDuration::from_millis(ms))),
        1 => (0_i64..2_000).prop_map(|s| Move::Wait(SignedDuration::from_secs(s))),
        8 => Just(Move::Tick),
        1 => prop_oneof![Just(-60_i64), Just(0), Just(60)]
            .prop_map(|s| Move::ClockError(SignedDuration::from_secs(s))),
        3 => any_connect().prop_map(|wish| Move::Wish(Intent::Connect(wish))),
        8 => (0_u8..19, 0_usize..4).prop_map(|(kind, index)| Move::Person(kind, index)),
        40 => (0_usize..12, 0_u8..16).prop_map(|(index, luck)| Move::Reply(index, luck)),
        2 => (0_usize..30, 0_u8..16).prop_map(|(index, luck)| Move::Stray(index, luck)),
        3 => prop_oneof![
            2 => Just(None),
            3 => Just(Some(Ipv4Addr::new(172, 16, 200, 5))),
            1 => Just(Some(Ipv4Addr::new(172, 16, 200, 9))),
        ].prop_map(Move::Tunnel),
        1 => Just(Move::Resume),
        6 => any_event().prop_map(Move::Azure),
        1 => Just(Move::Crash),
        1 => Just(Move::Rows),
        3 => (0_u8..16).prop_map(Move::Accounts),
        2 => (0_u8..16).prop_map(Move::SignIn),
        4 => (0_u8..12, 0_usize..6).prop_map(|(kind, index)| Move::Shell(kind, index)),
    ]
}

fn any_event() -> impl Strategy<Value = AzureEvent> {
    prop_oneof![
        4 => Just(AzureEvent::InForce),
        2 => Just(AzureEvent::Expire),
        2 => Just(AzureEvent::Displace),
        2 => prop_oneof![
            2 => Just(Power::Running),
            2 => Just(Power::Deallocated),
            1 => Just(Power::Starting),
        ].prop_map(AzureEvent::Power),
        1 => (0_u8..4).prop_map(AzureEvent::Address),
        1 => (0_u8..4).prop_map(AzureEvent::Policy),
    ]
}

fn any_connect() -> impl Strategy<Value = ConnectWish> {
    (0_u8..8, 0_i64..5, any::<bool>()).prop_map(|(service, hours, launch)| ConnectWish {
        vm: vm_id(),
        service: match service {
            0 => None,
            1 => Some(Service::RDP),
            _ => Some(Service::SSH),
        },
        duration: (hours > 0).then(|| SignedDuration::from_hours(hours)),
        reason: match service {
            2 => None,
            3 => Some(" ".into()),
            _ => Some("ticket 7".into()),
        },
        launch: launch || service > 3,
        command: Vec::new(),
        dry_run: service == 7,
        insist: hours == 4,
        attended: launch,
    })
}
