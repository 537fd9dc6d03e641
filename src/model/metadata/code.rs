//! The closed list of what can be found in a metadata file: each with its weight, its meaning and
//! its remedy.

use std::fmt;

use super::Severity;

macro_rules! codes {
    ($($variant:ident $severity:ident $name:literal $title:literal $meaning:literal $remedy:literal;)*) => {
        /// A stable code: what is the case with a metadata file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $title] $variant,)*
        }

        impl Code {
            /// Every code, in the order of the list.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            /// The code as output spells it, in kebab-case.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name),* }
            }

            /// How much it matters.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity),* }
            }

            /// What is the case, in one short line.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Code::$variant => $title),* }
            }

            /// What it means.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Code::$variant => $meaning),* }
            }

            /// What to do about it. Empty where nothing is to be done.
            #[must_use]
            pub fn remedy(self) -> &'static str {
                match self { $(Code::$variant => $remedy),* }
            }
        }
    };
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

codes! {
    Empty Error "empty-file"
        "The file is empty"
        "There is nothing in it but blanks, as after a download that failed."
        "save the metadata again: in Okta, Sign On > SAML Signing Certificates > Actions > View IdP metadata";
    TooLarge Error "too-large"
        "The file is larger than 1 MiB"
        "Metadata of one app is a few kilobytes. What is larger is something else, or hostile; it was not read."
        "check which file this is, and save the metadata of the one app";
    WebPage Error "web-page"
        "This is a web page, not metadata"
        "The browser saved the page around the metadata, an error page or the console, as HTML."
        "in Okta, right-click View IdP metadata, choose Save link as, and save it as an .xml file";
    SignInPage Error "sign-in-page"
        "This is Okta's sign-in page, not metadata"
        "The address that was saved needs somebody signed in, and Okta answered with its sign-in page."
        "use the Metadata URL of the app's Sign On tab, which anyone may read, or save the file while signed in";
    JsonError Error "okta-error"
        "This is an error message from Okta, not metadata"
        "Okta's API answered with an error, and the answer was saved."
        "correct what the message names; the Metadata URL of the app's Sign On tab needs no token";
    Json Error "json-document"
        "This is JSON, not metadata"
        "SAML metadata is XML. Okta's API gives some things as JSON, such as keys, but not metadata."
        "save the metadata: in Okta, Sign On > SAML Signing Certificates > Actions > View IdP metadata";
    CertificateFile Error "certificate-file"
        "This is a certificate, not metadata"
        "The certificate alone was downloaded. The metadata holds it together with the sign-on address."
        "in Okta, take View IdP metadata beside Download certificate, under Actions";
    PrivateKeyFile Error "private-key-file"
        "This is a private key, not metadata"
        "A private key never belongs into another system. Nothing of it was shown or kept."
        "upload it nowhere, delete copies that others can read, and save the metadata instead";
    NotXml Error "not-xml"
        "This is not XML"
        "SAML metadata is XML, and this file holds no element at all."
        "save the metadata again: in Okta, Sign On > SAML Signing Certificates > Actions > View IdP metadata";
    WrongEncoding Error "wrong-encoding"
        "The characters can't be read"
        "The bytes are not the encoding that the file claims, or one other than UTF-8 and UTF-16."
        "save it from the browser again, without opening it in an editor, or save it as UTF-8 with encoding=\"UTF-8\" in its first line";
    ControlCharacters Error "control-characters"
        "The file holds characters that XML does not allow"
        "NUL bytes and other control characters come from a damaged disk or download, or are there to mislead."
        "save the file again";
    Doctype Error "doctype"
        "The file has a DOCTYPE"
        "Okta's metadata never has one. It can make a reader fetch files or run out of memory, so it is refused and nothing after it was read."
        "find out where the file comes from; save the metadata from Okta itself";
    UnknownEntity Error "unknown-entity"
        "The file uses an entity that XML does not have"
        "Without a DOCTYPE XML knows amp, lt, gt, quot and apos only. Others, such as nbsp, come from a copied web page."
        "save the file instead of copying it out of the browser";
    BrowserCopy Error "browser-copy"
        "The text was copied from the browser's view"
        "Browsers show XML as a tree, with a remark above it and marks for folding. Those were copied too."
        "in Okta, right-click View IdP metadata, choose Save link as, and save it as an .xml file";
    TextBeforeXml Error "text-before-xml"
        "There is text before the XML"
        "An XML file begins with its declaration or its root element."
        "remove what stands before the first <, or save the file again";
    TrailingContent Error "trailing-content"
        "Something follows the end of the XML"
        "A file has one root element and nothing but blanks after it. Two files may have been joined."
        "remove what follows the root element, or save the file again";
    NotWellFormed Error "not-well-formed"
        "The XML is damaged"
        "Tags, attributes or references do not fit together. What follows the place was not read."
        "save the file again, without opening it in an editor";
    CutShort Error "metadata-cut-short"
        "The file ends too early"
        "An element or a character is incomplete at its end, so a download or a copy broke off."
        "save the file again";
    TooDeep Error "too-deep"
        "Elements are nested more than 64 deep"
        "Metadata needs about six levels. What follows the place was not read."
        "find out where the file comes from; save the metadata from Okta itself";
    TooComplex Error "too-complex"
        "The file has far more elements or attributes than metadata"
        "Metadata of one app has about fifteen elements with a few attributes each. What follows the place was not read."
        "find out where the file comes from; save the metadata of the one app";
    WrongNamespace Error "wrong-namespace"
        "An element is in the wrong namespace"
        "Elements are known by their namespace. Without it, a reader does not see them."
        "save the file again; a line such as xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" was lost or changed";
    WrongRoot Error "wrong-root"
        "This is XML, but not SAML metadata"
        "The root element of one app's metadata is EntityDescriptor."
        "save the metadata: in Okta, Sign On > SAML Signing Certificates > Actions > View IdP metadata";
    SeveralEntities Error "several-entities"
        "This is a collection, not the metadata of one app"
        "Its root is EntitiesDescriptor, as a federation hands out the metadata of many. Command takes the file of one app, whose root is EntityDescriptor."
        "save the metadata of the one app that Command signs in with";
    ServiceProviderMetadata Error "service-provider-metadata"
        "This is metadata of the wrong side"
        "It describes a service provider, to which people sign in. Command needs the identity provider's, from Okta's app."
        "in Okta, open the app for Command, Sign On > SAML Signing Certificates > Actions > View IdP metadata";
    NoIdentityProvider Error "no-identity-provider"
        "The file describes no identity provider"
        "There is no IDPSSODescriptor, which holds sign-on addresses and certificates."
        "save the metadata of the app for Command from Okta again";
    SeveralIdentityProviders Warning "several-identity-providers"
        "The file describes more than one identity provider"
        "There is more than one IDPSSODescriptor. Which of them Command takes is not known."
        "use a file with one of them";
    NoSaml2 Error "no-saml2"
        "The identity provider does not offer SAML 2.0"
        "protocolSupportEnumeration does not name urn:oasis:names:tc:SAML:2.0:protocol."
        "in Okta, make sure that the app signs on with SAML 2.0";
    NoEntityId Error "no-entity-id"
        "The entity id is missing"
        "It is the issuer of every sign-in, and without it none can be matched."
        "save the file again";
    EntityIdTooLong Error "entity-id-too-long"
        "The entity id is longer than 1024 characters"
        "SAML 2.0 allows no longer one."
        "correct the issuer in Okta's app";
    EntityIdUnusual Note "entity-id-unusual"
        "The entity id is not in Okta's usual form"
        "Okta's is http://www.okta.com/ and an id that begins with exk, unless an administrator has chosen another issuer."
        "";
    NoCertificate Error "no-certificate"
        "There is no signing certificate"
        "Without it Command can't tell a real sign-in from a forged one."
        "in Okta, activate a signing certificate for the app, and save the metadata again";
    EncryptionKeyOnly Error "encryption-key-only"
        "The only certificates are for encryption"
        "Command needs one that signs; all that are here are marked for encryption."
        "in Okta, activate a signing certificate for the app, and save the metadata again";
    KeyWithoutCertificate Warning "key-without-certificate"
        "A key comes without a certificate"
        "It is given by name or by its numbers alone, which many products do not read."
        "save the metadata from Okta, which gives certificates";
    KeyUseUnknown Error "key-use-unknown"
        "A key is for neither signing nor encryption"
        "Its use is spelled in a way that SAML does not know: only signing and encryption mean something, in lower case. A reader may pass over the key, or refuse the file."
        "save the metadata from Okta again; find out who changed the file";
    PrivateKeyInside Error "private-key-inside"
        "A private key stands where a certificate belongs"
        "Whoever has the key can sign in as anybody. Nothing of it was shown or kept."
        "upload the file nowhere, delete its copies, and generate and activate a new certificate for the app in Okta";
    CertificateEmpty Error "certificate-empty"
        "A certificate element is empty"
        "The element is there, the certificate is not."
        "save the file again";
    CertificateDamaged Error "certificate-damaged"
        "A certificate is not sound base64"
        "Characters in it were lost, changed or added, mostly by an editor or a mail program."
        "save the file again, without opening it in an editor";
    CertificateCutShort Error "certificate-cut-short"
        "A certificate ends too early"
        "It says itself how long it is, and there is less."
        "save the file again";
    CertificateTooLong Error "certificate-too-long"
        "Something follows the end of a certificate"
        "It says itself how long it is, and there is more, as when two were joined in one element."
        "give each certificate an element of its own, or save the file again";
    CertificateUnreadable Error "certificate-unreadable"
        "A certificate can't be read"
        "It is sound base64, but what it holds is no X.509 certificate."
        "save the file again";
    CertificateArmoured Warning "certificate-armoured"
        "A certificate stands between BEGIN and END lines"
        "In metadata it stands bare. Some products read it so, others refuse it."
        "remove the BEGIN CERTIFICATE and END CERTIFICATE lines, or save the file from Okta again";
    CertificateExpired Error "certificate-expired"
        "The signing certificate has expired"
        "No signing certificate in the file is valid any more. A careful service refuses every sign-in."
        "in Okta, generate and activate a new certificate for the app, then upload the new metadata at once";
    CertificateNotYetValid Error "certificate-not-yet-valid"
        "The signing certificate is not valid yet"
        "No signing certificate in the file is valid now. A clock may be wrong, here or where it was made."
        "check this machine's clock; else activate another certificate in Okta and save the metadata again";
    SpareExpired Warning "spare-certificate-expired"
        "An expired certificate stands beside a valid one"
        "Some products take the first certificate only, and this one may be it."
        "save the metadata again: Okta's holds the active certificate only";
    SpareNotYetValid Note "spare-certificate-not-yet-valid"
        "A certificate for later stands beside a valid one"
        "It can't be used before its first day."
        "";
    CertificateEndsSoon Warning "certificate-ends-soon"
        "The signing certificate ends soon"
        "On that day sign-in may stop for everybody, until Command has the metadata with the next one."
        "in Okta, generate and activate a new certificate for the app at a quiet hour, and upload the new metadata at once";
    WeakSignature Warning "weak-signature"
        "A certificate is signed with a weak algorithm"
        "SHA-1 and MD5 no longer count as safe, and services stop accepting them. Old Okta apps still have them."
        "in Okta, generate and activate a SHA-256 certificate for the app, and upload the new metadata";
    WeakKey Warning "weak-key"
        "A certificate's key is too short"
        "RSA keys under 2048 bits can be broken, and services refuse them."
        "in Okta, generate and activate a new certificate for the app, and upload the new metadata";
    SeveralCertificates Warning "several-signing-certificates"
        "There is more than one signing certificate"
        "Some products take only the first and ignore the rest. Okta's own file holds the active one only."
        "save the metadata again from Okta, so that it holds the active certificate only";
    DuplicateCertificate Warning "duplicate-certificate"
        "A certificate is given twice"
        "It does no harm by itself, but Okta does not write it so: somebody has edited the file."
        "save the metadata from Okta again";
    NoSignOnService Error "no-sign-on-service"
        "There is no sign-on address"
        "Command would not know where to send people to sign in."
        "save the metadata of the app for Command from Okta again";
    NoBrowserBinding Error "no-browser-binding"
        "No sign-on address is made for browsers"
        "Sign-on needs HTTP-POST or HTTP-Redirect; the file offers others only."
        "save the metadata of the app for Command from Okta again";
    LocationMissing Error "location-missing"
        "A service has no address"
        "Its Location is missing or empty."
        "save the file again";
    LocationUnreadable Error "location-unreadable"
        "An address can't be read"
        "The Location is not a whole address with scheme and host."
        "save the file again";
    LocationNotHttps Warning "location-not-https"
        "An address is not https"
        "Sign-in over plain http can be read and changed on the way. Okta's addresses are https."
        "save the metadata from Okta again; find out who changed the address";
    LocationUserInfo Warning "location-user-info"
        "An address holds a user name or password"
        "Everybody who signs in would be given it, and it can make one host look like another. It was not shown or kept."
        "save the metadata from Okta again; find out who changed the address, and change that password";
    HostUnknown Warning "host-unknown"
        "The sign-on address is not on one of Okta's domains"
        "Organizations are at a name under okta.com, oktapreview.com or okta-emea.com, or at a custom domain of their own. A custom domain can't be told from a stranger's host."
        "make sure that the host is the organization's own custom domain: people type their passwords there";
    LocationUnusual Note "location-unusual"
        "The sign-on address is not in Okta's usual form"
        "Okta's ends in /app/NAME/ID/sso/saml. Another identity provider, or a proxy before Okta, is possible."
        "";
    AdminAddress Warning "admin-address"
        "The sign-on address is on Okta's admin host"
        "People can't sign in at a host whose name ends in -admin."
        "save the metadata again with the organization's own address, without -admin";
    HostsDiffer Warning "hosts-differ"
        "Addresses that belong together are on different hosts"
        "The file was put together from several, or belongs to another organization."
        "save the metadata of the one app from the one organization again";
    LocationsDiffer Note "locations-differ"
        "The sign-on addresses differ by binding"
        "Okta gives the same address for HTTP-POST and HTTP-Redirect."
        "";
    TestOrganization Warning "test-organization"
        "This is a test organization"
        "Preview, developer, trial and integrator organizations hold other people than the real one."
        "if this is for real use, save the metadata from the organization's own Okta";
    OtherApp Warning "other-app"
        "This is the metadata of another app"
        "Each Okta app has its own issuer, address and certificate."
        "open the app for Command in Okta and save its metadata";
    ClientIdDiffers Warning "client-id-differs"
        "The file names another client id of Command"
        "An address of Command in the file has a client id other than the one that was given."
        "compare with the client id that Command shows under Admin > Login & Access";
    ClientIdIsOktas Warning "client-id-is-oktas"
        "The client id that was given is Okta's, not Command's"
        "It is the id of the Okta app that the file itself names."
        "take the client id that Command shows under Admin > Login & Access";
    ClientIdNotNamed Note "client-id-not-named"
        "The file does not name Command's client id"
        "Okta's metadata never does: the client id stands in the settings of Okta's app, so it could not be compared."
        "";
    RequestsSigned Warning "signed-requests-wanted"
        "Okta wants sign-on requests to be signed"
        "WantAuthnRequestsSigned is true. Whether Command signs its requests is not documented."
        "if sign-in fails, switch off signed requests in the SAML settings of Okta's app";
    FlagUnreadable Warning "flag-unreadable"
        "WantAuthnRequestsSigned is neither true nor false"
        "Only true, false, 1 and 0 mean something."
        "save the file again";
    NoEmailFormat Note "no-email-name"
        "No offered form of name is the email address"
        "Command knows people by email address. Okta offers emailAddress and unspecified."
        "";
    Signed Note "signed-not-checked"
        "The file is signed; the signature was not checked"
        "Okta does not sign its metadata. The signature was left as it is."
        "";
    MetadataExpired Error "metadata-expired"
        "The file has expired"
        "Its validUntil has passed, and a careful service refuses it."
        "save the metadata again";
    MetadataEndsSoon Warning "metadata-ends-soon"
        "The file expires soon"
        "After its validUntil a careful service refuses it."
        "save the metadata again, and upload it before that day";
    DateUnreadable Warning "valid-until-unreadable"
        "validUntil is not a date"
        "It is a date and time with a zone, such as 2030-01-31T12:00:00Z."
        "save the file again";
    StrayText Warning "stray-text"
        "There is text where only elements belong"
        "Somebody or something has changed the file by hand."
        "save the file again, without opening it in an editor";
    ByteOrderMark Note "byte-order-mark"
        "The file begins with a byte-order mark"
        "It was skipped. Some readers stumble over it."
        "";
    Utf16 Warning "utf-16"
        "The file is in UTF-16"
        "Okta's is UTF-8, so an editor has changed it. Whether Command reads it is not known."
        "save the file from Okta again, without opening it in an editor";
    BlanksBeforeXml Warning "blanks-before-xml"
        "Blanks stand before the XML declaration"
        "XML wants the declaration to be the very first thing; strict readers refuse the file."
        "remove the blank lines at the beginning, or save the file again";
    DeclarationBroken Warning "declaration-broken"
        "The XML declaration runs over several lines"
        "Simple readers take it to end with its first line."
        "put the declaration on one line, or save the file again";
}
