//! Pages and files that are no metadata, as people save them in its place.

/// A page of Okta's console.
pub(super) const CONSOLE: &str = "<!DOCTYPE html><html lang=\"en\"><head><title>Campus - Applications</title><script>var oktaData = {};</script></head><body><h1>Applications</h1><p>SAML Signing Certificates</p></body></html>\n";

/// What Okta answers where somebody has to sign in first.
pub(super) const SIGN_IN: &str = "<!DOCTYPE html><html lang=\"en\"><head><title>Campus - Sign In</title></head><body><div id=\"okta-sign-in\"></div><script src=\"/js/okta-signin-widget.js\"></script></body></html>\n";

/// What Okta's API answers without a token (developer.okta.com, Error codes).
pub(super) const JSON_ERROR: &str = "{\"errorCode\":\"E0000011\",\"errorSummary\":\"Invalid token provided\",\"errorLink\":\"E0000011\",\"errorId\":\"oaesandbox\",\"errorCauses\":[]}\n";

/// Metadata of a service provider: Command's side.
pub(super) const SERVICE_PROVIDER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"https://vauth.command.verkada.com/saml/sso/campus\"><md:SPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\"><md:AssertionConsumerService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" Location=\"https://vauth.command.verkada.com/saml/sso/campus\" index=\"0\"></md:AssertionConsumerService></md:SPSSODescriptor></md:EntityDescriptor>";

/// What browsers show above XML.
pub(super) const BROWSER_REMARK: &str = "This XML file does not appear to have any style information associated with it. The document tree is shown below.\n";

/// Entities that unfold to 10^9 words.
pub(super) const ENTITY_BOMB: &str = "<!DOCTYPE bomb [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;\"><!ENTITY e \"&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;\"><!ENTITY f \"&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;\"><!ENTITY g \"&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;\"><!ENTITY h \"&g;&g;&g;&g;&g;&g;&g;&g;&g;&g;\"><!ENTITY i \"&h;&h;&h;&h;&h;&h;&h;&h;&h;&h;\"><!ENTITY j \"&i;&i;&i;&i;&i;&i;&i;&i;&i;&i;\">]>";

/// A page with a title and a sentence.
pub(super) fn page(title: &str, sentence: &str) -> String {
    let (title, sentence) = (escape(title), escape(sentence));
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head><body><h1>{title}</h1><p>{sentence}</p></body></html>\n"
    )
}

/// Text as it may stand in HTML and in XML, in attributes, too.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
