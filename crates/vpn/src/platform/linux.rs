//! Linux: routes and their changes over netlink (rtnetlink(7)), without any privilege.

#[cfg(test)]
mod dialling;

use std::future::poll_fn;
use std::io;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::task::Poll;

use ipnet::Ipv4Net;
use netlink_sys::protocols::NETLINK_ROUTE;
use netlink_sys::{AsyncSocket, Socket, SocketAddr, TokioSocket};

use crate::dial::Places;
use crate::record::Route;

/// The multicast groups listened to (`linux/rtnetlink.h`): links, IPv4 addresses, IPv4 routes
/// and IPv4 rules. IPsec policies switch tables by rules.
const GROUPS: u32 = 0x1 | 0x10 | 0x40 | 0x80;

const RTM_GETROUTE: u16 = 26;
const RTM_NEWROUTE: u16 = 24;
const NLM_F_REQUEST: u16 = 1;
const AF_INET: u8 = 2;
const RTA_DST: u16 = 1;
const RTA_OIF: u16 = 4;
const MSG_DONTWAIT: i32 = 0x40;
const HEADER: usize = 16;
const ROUTE: usize = 12;

/// What a record calls this system.
pub(crate) const SYSTEM: &str = "linux";

/// NetworkManager and systemd where they are, and where OpenVPN's own units look
/// (openvpn-client@.service).
pub(crate) fn places() -> Places {
    Places {
        nmcli: on_path("nmcli"),
        // systemd's own test whether it runs (sd_booted(3)).
        systemctl: on_path("systemctl").filter(|_| Path::new("/run/systemd/system").is_dir()),
        open_vpn: Some("/etc/openvpn/client".into()),
        ..Places::default()
    }
}

/// A program on the search path, by its full path.
fn on_path(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// The main table's routes with the names of their adapters. An IPsec policy's own table is
/// not among them: what counts is what the kernel answers for an address.
pub(crate) fn table() -> Vec<Route> {
    let read = std::fs::read_to_string("/proc/net/route");
    read.map_or_else(|_| Vec::new(), |text| routes_in(&text))
}

/// The lines of `/proc/net/route`, whose addresses are in hexadecimal as they lie in memory.
fn routes_in(table: &str) -> Vec<Route> {
    let address = |text: &str| {
        let number = u32::from_str_radix(text, 16).ok()?;
        Some(Ipv4Addr::from(number.to_ne_bytes()))
    };
    let route = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let (net, mask) = (address(fields.get(1)?)?, address(fields.get(7)?)?);
        let gateway = address(fields.get(2)?)?;
        Some(Route {
            prefix: Ipv4Net::with_netmask(net, mask).ok()?,
            interface: (*fields.first()?).to_owned(),
            gateway: Some(gateway).filter(|gateway| !gateway.is_unspecified()),
            metric: fields.get(6)?.parse().ok()?,
        })
    };
    table.lines().skip(1).filter_map(route).collect()
}

/// Asks the kernel which interface a packet would leave through.
pub(crate) struct Routes {
    socket: Option<Socket>,
}

impl Routes {
    /// Where netlink is not to be had (a sandbox), nothing is told and the owner of the
    /// source address counts.
    pub(crate) fn open() -> Self {
        let socket = Socket::new(NETLINK_ROUTE).and_then(|mut socket| {
            socket.bind_auto()?;
            socket.connect(&SocketAddr::new(0, 0))?;
            Ok(socket)
        });
        Self {
            socket: socket.ok(),
        }
    }

    /// The index of the interface towards `target`.
    pub(crate) fn index_towards(&self, target: Ipv4Addr) -> Option<u32> {
        let socket = self.socket.as_ref()?;
        socket.send(&question(target), 0).ok()?;
        let mut answer = Vec::with_capacity(4_096);
        // The kernel answers within the send, so there is nothing to wait for.
        socket.recv(&mut answer, MSG_DONTWAIT).ok()?;
        outgoing_interface(&answer)
    }

    /// The interface of the best default route in the main table, for the case that no
    /// address outside could be asked about.
    pub(crate) fn default_index(&self) -> Option<u32> {
        let mut everything = table();
        everything.retain(|route| route.prefix.prefix_len() == 0);
        let name = everything
            .into_iter()
            .min_by_key(|route| route.metric)?
            .interface;
        let listed = if_addrs::get_if_addrs().ok()?;
        listed.into_iter().find(|entry| entry.name == name)?.index
    }
}

/// Hears of changes from the kernel.
#[derive(Debug)]
pub(crate) struct Listener {
    socket: Netlink,
}

struct Netlink(TokioSocket);

impl std::fmt::Debug for Netlink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Netlink")
    }
}

impl Listener {
    pub(crate) fn new() -> io::Result<Self> {
        let mut socket = TokioSocket::new(NETLINK_ROUTE)?;
        socket.socket_mut().bind(&SocketAddr::new(0, GROUPS))?;
        Ok(Self {
            socket: Netlink(socket),
        })
    }

    pub(crate) async fn changed(&mut self) -> io::Result<()> {
        let mut heard = false;
        let mut message = Vec::with_capacity(8_192);
        poll_fn(|context| {
            loop {
                message.clear();
                match self.socket.0.poll_recv(context, &mut message) {
                    Poll::Ready(Ok(())) => heard = true,
                    // The queue ran over: something was lost, hence something changed.
                    Poll::Ready(Err(error)) if is_overrun(&error) => heard = true,
                    Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                    Poll::Pending if heard => return Poll::Ready(Ok(())),
                    Poll::Pending => return Poll::Pending,
                }
            }
        })
        .await
    }
}

fn is_overrun(error: &io::Error) -> bool {
    const ENOBUFS: i32 = 105;
    error.raw_os_error() == Some(ENOBUFS)
}

/// `RTM_GETROUTE` for one address: header, `struct rtmsg`, the attribute `RTA_DST`.
fn question(target: Ipv4Addr) -> Vec<u8> {
    let length = (HEADER + ROUTE + 8) as u32;
    let mut message = Vec::with_capacity(length as usize);
    message.extend(length.to_ne_bytes());
    message.extend(RTM_GETROUTE.to_ne_bytes());
    message.extend(NLM_F_REQUEST.to_ne_bytes());
    message.extend([0; 8]);
    message.extend([AF_INET, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    message.extend(8_u16.to_ne_bytes());
    message.extend(RTA_DST.to_ne_bytes());
    message.extend(target.octets());
    message
}

fn outgoing_interface(answer: &[u8]) -> Option<u32> {
    let kind = u16::from_ne_bytes(answer.get(4..6)?.try_into().ok()?);
    if kind != RTM_NEWROUTE {
        return None;
    }
    let mut rest = answer.get(HEADER + ROUTE..)?;
    loop {
        let length = usize::from(u16::from_ne_bytes(rest.get(..2)?.try_into().ok()?));
        let name = u16::from_ne_bytes(rest.get(2..4)?.try_into().ok()?);
        if name == RTA_OIF {
            return Some(u32::from_ne_bytes(rest.get(4..8)?.try_into().ok()?));
        }
        // Attributes begin on multiples of four; none is shorter than its own header.
        rest = rest.get(length.max(4).next_multiple_of(4)..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_names_the_interface_of_loopback() {
        let index = Routes::open().index_towards(Ipv4Addr::new(127, 3, 2, 1));
        assert_eq!(index, Some(1));
    }

    #[test]
    fn the_kernels_table_is_read() {
        let table = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n\
                     wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n\
                     tun0\t0000140A\t00000000\t0001\t0\t0\t10\t0000FFFF\t0\t0\t0\n\
                     broken\t0000\n";
        let told: Vec<String> = routes_in(table)
            .into_iter()
            .map(|it| {
                format!(
                    "{} {} {:?} {}",
                    it.interface, it.prefix, it.gateway, it.metric
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                "wlan0 0.0.0.0/0 Some(192.168.1.1) 600",
                "tun0 10.20.0.0/16 None 10"
            ]
        );
        assert_eq!(routes_in("Iface\n"), []);
    }

    #[test]
    fn a_cut_or_hostile_answer_names_nothing() {
        let mut answer = question(Ipv4Addr::LOCALHOST);
        answer[4..6].copy_from_slice(&RTM_NEWROUTE.to_ne_bytes());
        for length in 0..answer.len() {
            assert_eq!(outgoing_interface(&answer[..length]), None);
        }
        // An attribute of length zero must not be read for ever.
        answer[HEADER + ROUTE..HEADER + ROUTE + 2].copy_from_slice(&[0, 0]);
        assert_eq!(outgoing_interface(&answer), None);
    }
}
