//! Where an organization lives, and where its interfaces are.

use std::str::FromStr;

use super::fold::fold;

/// Where an organization lives; fixed when it was created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

    /// The address of the region's SCIM interface (help.verkada.com, "Microsoft Entra ID SCIM
    /// integration"), without a slash at its end. `None` for GovCloud, whose address is not
    /// published: Command shows it beside the token.
    #[must_use]
    pub fn scim_base(self) -> Option<&'static str> {
        match self {
            Region::Us => Some("https://api.command.verkada.com/scim"),
            Region::Eu => Some("https://scim.prod2.verkada.com/scim"),
            Region::Au => Some("https://scim.prod-ap-syd.verkada.com/scim"),
            Region::Gov => None,
        }
    }

    /// The address of the region's public REST API (apidocs.verkada.com, "Service Regions"),
    /// without a slash at its end. An API key works in its own region only.
    #[must_use]
    pub fn api_base(self) -> &'static str {
        match self {
            Region::Us => "https://api.verkada.com",
            Region::Eu => "https://api.eu.verkada.com",
            Region::Au => "https://api.au.verkada.com",
            Region::Gov => "https://api.verkadagov.com",
        }
    }

    /// The address of the region's single sign-on, without a slash at its end
    /// (<https://help.verkada.com/command/security/identity-providers>, and for GovCloud its page
    /// of Okta SAML integration).
    #[must_use]
    pub fn sso_base(self) -> &'static str {
        match self {
            Region::Us => "https://vauth.command.verkada.com",
            Region::Eu => "https://saml.prod2.verkada.com",
            Region::Au => "https://saml.prod-ap-syd.verkada.com",
            Region::Gov => "https://saml.prod-govus-pine.verkadagov.com",
        }
    }
}

impl FromStr for Region {
    type Err = String;

    /// Reads a name, without regard to case. The error says what was wrong.
    fn from_str(text: &str) -> Result<Self, String> {
        let name = fold(text);
        Region::ALL
            .into_iter()
            .find(|region| region.name() == name)
            .ok_or_else(|| format!("there is no region \"{}\"", text.escape_debug()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_read_by_their_names() {
        for region in Region::ALL {
            assert_eq!(region.name().parse(), Ok(region));
            assert_eq!(region.name().to_uppercase().parse(), Ok(region));
        }
        assert!("".parse::<Region>().is_err());
        assert!("us2".parse::<Region>().is_err());
    }
}
