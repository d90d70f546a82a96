//! Windows' group policies on .rdp files and PuTTY's own settings: read and never written.
#![allow(
    unsafe_code,
    reason = "the registry is foreign; each call says what it relies on"
)]

use windows::Win32::Foundation::ERROR_SUCCESS;
use windows::Win32::System::Registry::{
    HKEY, HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE, RRF_RT_REG_DWORD, RRF_RT_REG_SZ, RegGetValueW,
};
use windows::core::{PCWSTR, w};

use crate::installed::PuttyProxy;
use crate::policies::{RdpPolicies, Rule};

const SERVICES: PCWSTR = w!("SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services");
const CLIENT: PCWSTR = w!("SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services\\Client");

/// Where `PuTTY` keeps what holds for a session that was not saved.
const PUTTY: PCWSTR = w!("Software\\SimonTatham\\PuTTY\\Sessions\\Default%20Settings");

/// More than any list of thumbprints has.
const LONGEST: usize = 64 * 1024;

/// What the policies say.
pub(crate) fn rdp_policies() -> RdpPolicies {
    let rule = |value| {
        Rule::of(
            number(HKEY_LOCAL_MACHINE, SERVICES, value),
            number(HKEY_CURRENT_USER, SERVICES, value),
        )
    };
    let is_on = |key, value| match Rule::of(
        number(HKEY_LOCAL_MACHINE, key, value),
        number(HKEY_CURRENT_USER, key, value),
    ) {
        Rule::Allowed(_) => true,
        Rule::Unset | Rule::Forbidden(_) => false,
    };
    let policies = RdpPolicies {
        unsigned_files: rule(w!("AllowUnsignedFiles")),
        signed_files: rule(w!("AllowSignedFiles")),
        no_saved_passwords: is_on(SERVICES, w!("DisablePasswordSaving")),
        prompts_here: is_on(SERVICES, w!("PromptForCredsOnClient")),
        old_warnings: number(
            HKEY_LOCAL_MACHINE,
            CLIENT,
            w!("RedirectionWarningDialogVersion"),
        ) == Some(1),
        ..RdpPolicies::default()
    };
    [HKEY_LOCAL_MACHINE, HKEY_CURRENT_USER]
        .into_iter()
        .filter_map(|root| text(root, SERVICES, w!("TrustedCertThumbprints")))
        .fold(policies, |policies, list| policies.with_publishers(&list))
}

/// The proxy in `PuTTY`'s default settings.
pub(crate) fn putty_proxy() -> Option<PuttyProxy> {
    let of_person = |value| number(HKEY_CURRENT_USER, PUTTY, value);
    let method = of_person(w!("ProxyMethod")).or_else(|| of_person(w!("ProxyType")))?;
    let excluded = text(HKEY_CURRENT_USER, PUTTY, w!("ProxyExcludeList"));
    (method != 0).then(|| PuttyProxy {
        excluded: excluded.unwrap_or_default(),
    })
}

fn number(root: HKEY, key: PCWSTR, value: PCWSTR) -> Option<u32> {
    let mut number = 0_u32;
    let mut size = size_of::<u32>() as u32;
    // SAFETY: the names end in zero, the number is ours, lives over the call and has the size
    // that is told; the flags refuse any other type.
    let answer = unsafe {
        RegGetValueW(
            root,
            key,
            value,
            RRF_RT_REG_DWORD,
            None,
            Some((&raw mut number).cast()),
            Some(&raw mut size),
        )
    };
    (answer == ERROR_SUCCESS).then_some(number)
}

fn text(root: HKEY, key: PCWSTR, value: PCWSTR) -> Option<String> {
    let mut buffer = vec![0_u16; LONGEST];
    let mut size = u32::try_from(buffer.len() * size_of::<u16>()).ok()?;
    // SAFETY: the names end in zero; the buffer is ours, lives over the call and has the size
    // in bytes that is told; the system ends the text with zero.
    let answer = unsafe {
        RegGetValueW(
            root,
            key,
            value,
            RRF_RT_REG_SZ,
            None,
            Some(buffer.as_mut_ptr().cast()),
            Some(&raw mut size),
        )
    };
    if answer != ERROR_SUCCESS {
        return None;
    }
    let end = buffer.iter().position(|unit| *unit == 0)?;
    Some(String::from_utf16_lossy(&buffer[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_that_is_not_there_says_nothing() {
        let none = w!("NoSuchPolicyOfTerminalServices");
        assert_eq!(number(HKEY_CURRENT_USER, SERVICES, none), None);
        assert_eq!(text(HKEY_CURRENT_USER, SERVICES, none), None);
        let said = number(HKEY_LOCAL_MACHINE, SERVICES, w!("AllowUnsignedFiles"))
            .or_else(|| number(HKEY_CURRENT_USER, SERVICES, w!("AllowUnsignedFiles")));
        assert_eq!(rdp_policies().unsigned_files.allows(), said != Some(0));
    }
}
