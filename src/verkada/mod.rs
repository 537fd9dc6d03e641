//! Clients for Verkada Command's interfaces, and where each region has them.

pub mod scim;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Where an organization lives; fixed when it was created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Region {
    /// United States.
    Us,
    /// European Union.
    Eu,
    /// Australia.
    Au,
    /// US GovCloud.
    Gov,
}

impl Region {
    /// Every region.
    pub const ALL: [Region; 4] = [Region::Us, Region::Eu, Region::Au, Region::Gov];

    /// The region's name in configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Region::Us => "us",
            Region::Eu => "eu",
            Region::Au => "au",
            Region::Gov => "gov",
        }
    }

    /// The address of the region's SCIM interface (help.verkada.com, SCIM with Microsoft Entra
    /// ID). `None` for GovCloud, whose address is not published: Command shows it beside the
    /// token.
    #[must_use]
    pub fn scim_base(self) -> Option<&'static str> {
        match self {
            Region::Us => Some("https://api.command.verkada.com/scim"),
            Region::Eu => Some("https://scim.prod2.verkada.com/scim"),
            Region::Au => Some("https://scim.prod-ap-syd.verkada.com/scim"),
            Region::Gov => None,
        }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Region {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Region::ALL
            .into_iter()
            .find(|region| region.name() == text)
            .ok_or_else(|| format!("{text:?} is not a region: write us, eu, au or gov"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::base_url;

    #[test]
    fn regions_round_trip_and_have_usable_addresses() {
        for region in Region::ALL {
            assert_eq!(region.to_string().parse(), Ok(region));
            assert_eq!(serde_json::to_value(region).unwrap(), region.name());
            if let Some(base) = region.scim_base() {
                assert_eq!(base_url(base).unwrap().as_str(), base);
            }
        }
        assert!("US".parse::<Region>().is_err());
    }
}
