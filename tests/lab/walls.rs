//! What else may stand between a person and a VM: a SYN proxy before it, a firewall of its own.

use anyhow::Result;

use crate::program::{feed, inside, run};

/// A SYN proxy at the gateway: it completes every handshake with a VM's port 22 itself, and lets a flow through only
/// once the VM has answered as well. Gone with the value.
pub(crate) struct SynProxy;

impl SynProxy {
    pub(crate) fn before(address: &str) -> Result<Self> {
        // A flow that is not known from its first packet must not count as one, or the proxy never sees its answer
        // (the kernel's own condition for SYNPROXY).
        loose(0)?;
        let proxy = Self;
        let to_vm = format!("iifname \"tun0\" ip daddr {address} tcp dport 22");
        let rules = format!(
            "table ip front {{\n  \
               chain untracked {{\n    type filter hook prerouting priority raw; policy accept;\n    \
                 {to_vm} tcp flags syn notrack\n  }}\n  \
               chain proxy {{\n    type filter hook forward priority filter - 1; policy accept;\n    \
                 {to_vm} ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm\n    \
                 {to_vm} ct state invalid drop\n  }}\n}}\n"
        );
        feed(&mut inside("azure", &["nft", "--file", "-"]), &rules)?;
        Ok(proxy)
    }
}

impl Drop for SynProxy {
    fn drop(&mut self) {
        // What fails here is seen by the next scenario, which finds the proxy.
        let _ = run(&mut inside(
            "azure",
            &["nft", "delete", "table", "ip", "front"],
        ));
        let _ = loose(1);
    }
}

fn loose(whether: u8) -> Result<()> {
    run(&mut inside(
        "azure",
        &[
            "sysctl",
            "-q",
            "-w",
            &format!("net.netfilter.nf_conntrack_tcp_loose={whether}"),
        ],
    ))?;
    Ok(())
}

/// A VM's own firewall that drops new connections to port 22, whatever Azure's rules say. Gone with the value.
pub(crate) struct HostFirewall {
    vm: &'static str,
}

impl HostFirewall {
    pub(crate) fn on(vm: &'static str) -> Result<Self> {
        let rules = "table inet host {\n  chain input {\n    type filter hook input priority filter + 1; policy accept;\n    \
                     tcp dport 22 ct state new drop\n  }\n}\n";
        feed(&mut inside(vm, &["nft", "--file", "-"]), rules)?;
        Ok(Self { vm })
    }
}

impl Drop for HostFirewall {
    fn drop(&mut self) {
        // What fails here is seen by the next scenario, which finds the port closed.
        let _ = run(&mut inside(
            self.vm,
            &["nft", "delete", "table", "inet", "host"],
        ));
    }
}
