//! Whom an access token is for: the names under which one cloud's Resource Manager goes.

use super::Cloud;

/// The newer and the classic name of each cloud's Resource Manager
/// (<https://github.com/Azure/azure-cli/blob/dev/src/azure-cli-core/azure/cli/core/cloud.py>).
const SAME: [[&str; 2]; 3] = [
    [
        "https://management.azure.com",
        "https://management.core.windows.net",
    ],
    [
        "https://management.usgovcloudapi.net",
        "https://management.core.usgovcloudapi.net",
    ],
    [
        "https://management.chinacloudapi.cn",
        "https://management.core.chinacloudapi.cn",
    ],
];

/// Resource Manager's application, in every cloud
/// (<https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in>).
const APPLICATION: &str = "797f4846-ba00-4fd7-ba43-dac1f8f63013";

impl Cloud {
    /// Whether a token with this `aud` is for this cloud, whichever of its names it bears,
    /// with or without a slash at the end.
    pub(crate) fn is_audience(&self, aud: &str) -> bool {
        let same = |name: &str| bare(name).eq_ignore_ascii_case(bare(aud));
        let names = SAME
            .iter()
            .filter(|names| names.iter().any(|name| *name == bare(&self.audience)))
            .flatten();
        same(APPLICATION)
            || same(&self.audience)
            || same(self.resource_manager.as_str())
            || names.copied().any(same)
    }
}

fn bare(name: &str) -> &str {
    name.trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cloud_is_known_by_all_of_its_names_and_by_no_other_clouds() {
        let clouds = [Cloud::public(), Cloud::us_government(), Cloud::china()];
        for (index, cloud) in clouds.iter().enumerate() {
            for (other, names) in SAME.iter().enumerate() {
                for name in names {
                    assert_eq!(cloud.is_audience(name), index == other, "{cloud} {name}");
                    let slash = format!("{}/", name.to_uppercase());
                    assert_eq!(cloud.is_audience(&slash), index == other, "{cloud} {slash}");
                }
            }
            assert!(cloud.is_audience(APPLICATION));
            for stranger in [
                "https://graph.microsoft.com",
                "00000003-0000-0000-c000-000000000000",
                "https://management.azure.com.evil.example/",
                "",
            ] {
                assert!(!cloud.is_audience(stranger), "{cloud} {stranger}");
            }
        }
    }
}
