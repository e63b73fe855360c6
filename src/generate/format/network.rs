//! Names and addresses of the network: mail, hosts, IP, URIs.

use super::super::dice::Dice;
use super::one;

/// `email` (RFC 5321 Mailbox) or `idn-email` (RFC 6531). Only under names reserved by RFC 2606.
pub(super) fn email(dice: &mut Dice, international: bool) -> String {
    let local = match dice.below(6) {
        0 => one(dice, &["o'neil", "first.last", "a+b", "x_y-z", "!#$%&*"]),
        1 if international => one(dice, &["jürgen", "用户", "ana.maría"]),
        _ => format!(
            "{}{}",
            one(dice, &["ada", "grace", "alan", "edsger", "user"]),
            dice.below(1000)
        ),
    };
    let domain = one(dice, &["example.com", "example.org", "mail.example.net"]);
    format!("{local}@{domain}")
}

/// `hostname` (RFC 1123) or `idn-hostname` (RFC 5890).
pub(super) fn hostname(dice: &mut Dice, international: bool) -> String {
    match dice.below(8) {
        0 => "localhost".to_owned(),
        1 => "xn--bcher-kva.example".to_owned(),
        2 => format!("{}.example", "a".repeat(63)),
        3 if international => "bücher.example".to_owned(),
        _ => format!(
            "{}-{}.example.com",
            one(dice, &["www", "api", "node", "mail"]),
            dice.below(1000)
        ),
    }
}

/// `ipv4`: addresses for documentation (RFC 5737) and the special ones.
pub(super) fn ipv4(dice: &mut Dice) -> String {
    match dice.below(6) {
        0 => "0.0.0.0".to_owned(),
        1 => "255.255.255.255".to_owned(),
        2 => "127.0.0.1".to_owned(),
        _ => format!(
            "{}.{}",
            one(dice, &["192.0.2", "198.51.100", "203.0.113"]),
            dice.below(256)
        ),
    }
}

/// `ipv6`: addresses for documentation (RFC 3849) in several notations (RFC 4291).
pub(super) fn ipv6(dice: &mut Dice) -> String {
    match dice.below(6) {
        0 => "::".to_owned(),
        1 => "::1".to_owned(),
        2 => "::ffff:192.0.2.128".to_owned(),
        3 => "2001:0db8:0000:0000:0000:ff00:0042:8329".to_owned(),
        _ => format!(
            "2001:db8::{:x}:{:x}",
            dice.below(0x10000),
            dice.below(0x10000)
        ),
    }
}

/// `uri` (RFC 3986) or `iri` (RFC 3987).
pub(super) fn uri(dice: &mut Dice, international: bool) -> String {
    match dice.below(8) {
        0 => "urn:example:a123".to_owned(),
        1 => "mailto:ada@example.com".to_owned(),
        2 => "http://[2001:db8::7]/?q=1".to_owned(),
        3 if international => "https://例え.example/パス?q=ü".to_owned(),
        _ => format!(
            "https://{}.example.com{}",
            one(dice, &["www", "api", "static"]),
            path(dice)
        ),
    }
}

/// `uri-reference` or `iri-reference`.
pub(super) fn reference(dice: &mut Dice, international: bool) -> String {
    match dice.below(5) {
        0 => one(dice, &["", "#part", "?page=2", "../up", "//example.com/x"]),
        1 if international => "/straße".to_owned(),
        2 => path(dice),
        _ => uri(dice, international),
    }
}

fn path(dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => "/".to_owned(),
        1 => format!("/items/{}?sort=name&limit=10", dice.below(1000)),
        2 => "/a%20b/c;v=1#top".to_owned(),
        _ => format!(
            "/{}/{}",
            one(dice, &["users", "files", "images"]),
            dice.below(100_000)
        ),
    }
}
