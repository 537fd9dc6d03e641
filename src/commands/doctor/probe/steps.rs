//! The steps of a probe, one throwaway person long, and the cleaning up behind it.

use std::time::{Duration, Instant};

use super::judge::{self, MARK};
use crate::apply::Stop;
use crate::model::access::AccessUser;
use crate::model::card::{Card, Format};
use crate::model::directory::{Dialect, RemoteUser};
use crate::model::fold::same_folded;
use crate::model::observed::{Answer, Observed, Question};
use crate::model::{AccessUserId, CardId, Field, GroupId, Profile, Text, UserId};
use crate::verkada::rest::{FindBy, RestClient, RestError};
use crate::verkada::scim::{ScimClient, ScimError, UserChanges};

/// A number that nobody has, in blanks and brackets: in North America, 555-0100 to 555-0199 are set
/// aside for fiction.
const PHONE: &str = "+1 (650) 555-0100";

/// A first name with a blank behind it.
const FIRST_NAME: &str = "Atriumctl ";

/// How often another card is tried if somebody has it.
const CARDS: u32 = 3;

/// A probe under way.
pub(super) struct Probe<'a> {
    pub(super) client: &'a ScimClient,
    pub(super) rest: Option<&'a RestClient>,
    pub(super) email: &'a str,
    pub(super) format: Format,
    /// How long is waited for something to be seen.
    pub(super) patience: Duration,
    pub(super) stop: Stop,
    pub(super) dice: fastrand::Rng,
    pub(super) found: Found,
    made: Made,
}

/// What was found out.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) observed: Observed,
    /// What was not, with the reason.
    pub(super) open: Vec<(Question, String)>,
    /// What could not be removed again.
    pub(super) left: Vec<String>,
}

/// What is to be removed again.
#[derive(Debug, Default)]
struct Made {
    users: Vec<UserId>,
    groups: Vec<GroupId>,
    cards: Vec<(AccessUserId, CardId)>,
}

/// Why a probe ended before its last step.
pub(super) enum Cut {
    Stopped,
    Scim(ScimError),
}

impl From<ScimError> for Cut {
    fn from(error: ScimError) -> Self {
        Cut::Scim(error)
    }
}

impl<'a> Probe<'a> {
    pub(super) fn new(
        client: &'a ScimClient,
        rest: Option<&'a RestClient>,
        email: &'a str,
        format: Format,
        patience: Duration,
        stop: Stop,
    ) -> Self {
        Probe {
            client,
            rest,
            email,
            format,
            patience,
            stop,
            dice: fastrand::Rng::new(),
            found: Found::default(),
            made: Made::default(),
        }
    }

    /// Removes what an earlier probe left behind: `users` are its own.
    pub(super) async fn clean_before(&mut self, users: &[RemoteUser]) {
        for user in users {
            if let Some(rest) = self.rest {
                self.made.cards.extend(cards_of(rest, user).await);
            }
            self.made.users.push(user.id.clone());
        }
        if let Ok(look) = self.client.survey().await
            && let Ok((groups, _)) = look.groups
        {
            let ours = groups.into_iter().filter(judge::is_our_group);
            self.made.groups.extend(ours.map(|group| group.id));
        }
        self.clean().await;
    }

    /// Takes every step, and removes what was made, whatever happened.
    ///
    /// # Errors
    /// If the person could not be made, or somebody asked to stop.
    pub(super) async fn run(&mut self) -> Result<(), Cut> {
        let outcome = self.steps().await;
        self.clean().await;
        self.look_behind().await;
        outcome
    }

    async fn steps(&mut self) -> Result<(), Cut> {
        let id = self.create().await?;
        self.read_back(&id).await;
        self.go_on()?;
        let way = self.ways(&id).await;
        self.go_on()?;
        self.username(&id, way).await;
        self.go_on()?;
        self.access(&id).await;
        self.go_on()?;
        self.groups(&id).await;
        self.go_on()?;
        self.deactivated(&id, way).await;
        self.go_on()?;
        self.delete_and_again(&id).await;
        Ok(())
    }

    fn go_on(&self) -> Result<(), Cut> {
        if *self.stop.borrow() {
            return Err(Cut::Stopped);
        }
        Ok(())
    }

    fn note(&mut self, question: Question, word: Result<&'static str, String>) {
        match word {
            Ok(word) => self.found.observed.note_word(question, word),
            Err(why) => self.found.open.push((question, why)),
        }
    }

    fn note_time(&mut self, question: Question, since: Instant) {
        let seconds = u32::try_from(since.elapsed().as_secs()).unwrap_or(u32::MAX);
        let answer = Answer::Seconds(seconds);
        self.found.observed.note(question, answer);
    }

    fn open(&mut self, questions: &[Question], why: &str) {
        for question in questions {
            self.found.open.push((*question, why.to_owned()));
        }
    }

    async fn create(&mut self) -> Result<UserId, ScimError> {
        let mark = format!("{MARK}{:016x}", self.dice.u64(..));
        let profile = Profile {
            email: self.email.into(),
            first_name: FIRST_NAME.into(),
            last_name: "Probe".into(),
            phone: PHONE.into(),
            title: "probe".into(),
            employee_number: Text::from(mark.as_str()),
            ..Profile::default()
        };
        let user = self.client.create_user(&mark, &profile).await?;
        self.made.users.push(user.id.clone());
        Ok(user.id)
    }

    async fn read_back(&mut self, id: &UserId) {
        let since = Instant::now();
        let client = self.client;
        let user = until(self.patience, || client.user(id)).await;
        let about = [
            Question::ExternalId,
            Question::Active,
            Question::Phone,
            Question::Names,
        ];
        match user {
            Ok(Some(user)) => {
                let shown = |is: bool| Ok(if is { "returned" } else { "hidden" });
                let form = |is: bool| Ok(if is { "as-sent" } else { "rewritten" });
                self.note(Question::ExternalId, shown(user.external_id.is_some()));
                self.note(Question::Active, shown(user.active.is_some()));
                self.note(Question::Phone, form(user.profile.phone == PHONE));
                self.note(Question::Names, form(user.profile.first_name == FIRST_NAME));
            }
            Ok(None) => self.open(&about, "the new user could not be read in time"),
            Err(error) => self.open(&about, &error.to_string()),
        }
        let email = self.email;
        let search = until(self.patience, || async {
            let found = client.find_users_by_email(email).await?;
            Ok(found.into_iter().find(|user| user.id == *id))
        });
        match search.await {
            Ok(Some(_)) => {
                self.note(Question::Filter, Ok("supported"));
                self.note_time(Question::ScimVisible, since);
            }
            Ok(None) => {
                let why = "a search by email did not find the new user in time";
                self.open(&[Question::Filter, Question::ScimVisible], why);
            }
            Err(ScimError::Refused { .. }) => {
                self.note(Question::Filter, Ok("refused"));
                let why = "a search is refused, and a list may be long";
                self.open(&[Question::ScimVisible], why);
            }
            Err(error) => {
                let why = error.to_string();
                self.open(&[Question::Filter, Question::ScimVisible], &why);
            }
        }
    }

    /// Changes the title in one way, and says what became of it.
    async fn title(&self, id: &UserId, title: &str, way: Dialect) -> Result<&'static str, String> {
        let changes = UserChanges {
            fields: vec![(Field::Title, title.into())],
            active: None,
        };
        let outcome = self.client.try_update(id, &changes, way).await;
        let now = self.client.user(id).await.map_err(|e| e.to_string())?;
        let now = now.as_ref().map(|user| user.profile.title.as_str());
        judge::written(&outcome, title, now)
    }

    /// Tries `PATCH`, and `PUT` where that is not taken.
    async fn ways(&mut self, id: &UserId) -> Option<Dialect> {
        let patch = self.title(id, "probe, patched", Dialect::Patch).await;
        let works = patch == Ok("accepted");
        self.note(Question::Patch, patch);
        if works {
            let why = "there is no need for it: PATCH works";
            self.open(&[Question::Put], why);
            return Some(Dialect::Patch);
        }
        let put = self.title(id, "probe, put", Dialect::Put).await;
        let works = put == Ok("accepted");
        self.note(Question::Put, put);
        works.then_some(Dialect::Put)
    }

    async fn username(&mut self, id: &UserId, way: Option<Dialect>) {
        let Some(way) = way else {
            return self.open(&[Question::Username], NO_WAY);
        };
        let domain = self.email.rsplit_once('@').map_or("", |(_, domain)| domain);
        let other = format!("atriumctl-probe-{:016x}@{domain}", self.dice.u64(..));
        let rename = |email: &str| UserChanges {
            fields: vec![(Field::Email, email.into())],
            active: None,
        };
        let outcome = self.client.try_update(id, &rename(&other), way).await;
        let now = match self.client.user(id).await {
            Ok(user) => user.map(|user| user.profile.email),
            Err(error) => return self.open(&[Question::Username], &error.to_string()),
        };
        // The case of an address makes no difference.
        let now = now.map(|now| {
            if same_folded(&now, &other) {
                other.as_str().into()
            } else {
                now
            }
        });
        let word = judge::written(&outcome, &other, now.as_deref());
        if word == Ok("accepted") {
            // What follows searches by the address. If it stays, it is removed with the person.
            let _ = self.client.try_update(id, &rename(self.email), way).await;
        }
        self.note(Question::Username, word);
    }

    async fn access(&mut self, id: &UserId) {
        const ALL: [Question; 6] = [
            Question::RestId,
            Question::RestExternalId,
            Question::RestVisible,
            Question::ManagedCard,
            Question::CardForm,
            Question::CardGone,
        ];
        let Some(rest) = self.rest else {
            return self.open(&ALL, "there is no API key");
        };
        let since = Instant::now();
        let email = self.email;
        let found = until(self.patience, || rest.find(FindBy::Email(email))).await;
        let user = match found {
            Ok(Some((user, _))) => user,
            Ok(None) => return self.open(&ALL, "REST did not find the new user in time"),
            Err(error) => return self.open(&ALL, &error.to_string()),
        };
        if !self.is_the_person(rest, &user, id).await {
            let why = "it can't be proven that the user REST found is the new one";
            return self.open(&ALL, why);
        }
        self.note_time(Question::RestVisible, since);
        let equal = user.id.as_str() == id.as_str();
        self.note(
            Question::RestId,
            Ok(if equal { "equal" } else { "different" }),
        );
        let hidden = user.external_id.is_empty();
        self.note(
            Question::RestExternalId,
            Ok(if hidden { "hidden" } else { "returned" }),
        );
        self.card(rest, &user.id).await;
    }

    /// No card is written for anybody else.
    async fn is_the_person(&self, rest: &RestClient, user: &AccessUser, id: &UserId) -> bool {
        if user.id.as_str() == id.as_str()
            || user.external_id.starts_with(MARK)
            || user.employee_id.starts_with(MARK)
            || same_folded(&user.email, self.email)
        {
            return true;
        }
        matches!(rest.core_user(&user.id).await, Ok(Some(core))
            if same_folded(&core.email, self.email) || core.employee_id.starts_with(MARK))
    }

    async fn card(&mut self, rest: &RestClient, id: &AccessUserId) {
        let beside = [Question::CardForm, Question::CardGone];
        let mut added: Result<(Card, CardId), String> = Err("no card could be made".to_owned());
        // The person is in no group that opens doors, so neither does the card.
        for _ in 0..CARDS {
            let Some(card) = judge::random_card(self.format, &mut self.dice) else {
                let why = format!(
                    "the numbers of {} are not published; name another format with --card-format",
                    self.format.short()
                );
                added = Err(why);
                break;
            };
            match rest.add_card(id, &card).await {
                Ok(remote) => {
                    self.made.cards.push((id.clone(), remote.id.clone()));
                    added = Ok((card, remote.id));
                    break;
                }
                Err(RestError::Managed { .. }) => {
                    self.note(Question::ManagedCard, Ok("refused"));
                    return self.open(&beside, "no card was accepted");
                }
                Err(error @ RestError::CardTaken { .. }) => added = Err(error.to_string()),
                Err(error) => {
                    added = Err(error.to_string());
                    break;
                }
            }
        }
        let (card, card_id) = match added {
            Ok(added) => added,
            Err(why) => {
                self.open(&[Question::ManagedCard], &why);
                return self.open(&beside, "no card was accepted");
            }
        };
        self.note(Question::ManagedCard, Ok("accepted"));
        let listed = until(self.patience, || rest.card_is_as_sent(id, &card_id, &card)).await;
        match listed {
            Ok(Some(true)) => self.note(Question::CardForm, Ok("as-sent")),
            Ok(Some(false)) => self.note(Question::CardForm, Ok("rewritten")),
            Ok(None) => self.open(&[Question::CardForm], "the card was not listed in time"),
            Err(error) => self.open(&[Question::CardForm], &error.to_string()),
        }
        let since = Instant::now();
        if let Err(error) = rest.remove_card(id, &card_id).await {
            // The cleaning up tries again, and names it if need be.
            return self.open(&[Question::CardGone], &error.to_string());
        }
        let gone = until(self.patience, || async {
            let shown = rest.card_is_as_sent(id, &card_id, &card).await?;
            Ok::<_, RestError>(shown.is_none().then_some(()))
        });
        match gone.await {
            Ok(Some(())) => {
                self.made.cards.clear();
                self.note_time(Question::CardGone, since);
            }
            Ok(None) => self.open(&[Question::CardGone], "it was still shown at the end"),
            Err(error) => self.open(&[Question::CardGone], &error.to_string()),
        }
    }

    /// A group of its own tells: what is shown of others was perhaps made in another way.
    async fn groups(&mut self, member: &UserId) {
        let both = [Question::Members, Question::GroupExternalId];
        match self.own_group(member).await {
            Ok((members, is_shown)) => {
                self.note(Question::Members, Ok(members));
                let word = if is_shown { "returned" } else { "hidden" };
                self.note(Question::GroupExternalId, Ok(word));
            }
            Err(error) => self.open(&both, &error.to_string()),
        }
    }

    async fn own_group(&mut self, member: &UserId) -> Result<(&'static str, bool), ScimError> {
        let mark = format!("{MARK}{:016x}", self.dice.u64(..));
        let made = self.client.create_group(&mark, &mark).await?;
        self.made.groups.push(made.id.clone());
        let members = std::slice::from_ref(member);
        self.client.add_members(&made.id, members).await?;
        let look = self.client.survey().await?;
        let (listed, _) = look.groups?;
        let listed = listed.iter().find(|group| group.id == made.id);
        let single = self.client.group(&made.id).await?;
        let word = judge::members_of_own(listed, single.as_ref(), member);
        let is_shown = single.is_some_and(|group| group.external_id.is_some());
        Ok((word, is_shown))
    }

    async fn deactivated(&mut self, id: &UserId, way: Option<Dialect>) {
        let Some(way) = way else {
            return self.open(&[Question::Deactivated], NO_WAY);
        };
        let word = match self.close(id, way).await {
            Ok(()) => self.title(id, "probe, deactivated", way).await,
            Err(error) => Err(format!("the user could not be deactivated: {error}")),
        };
        self.note(Question::Deactivated, word);
    }

    async fn close(&self, id: &UserId, way: Dialect) -> Result<(), ScimError> {
        let changes = UserChanges {
            fields: Vec::new(),
            active: Some(false),
        };
        self.client.try_update(id, &changes, way).await
    }

    async fn delete_and_again(&mut self, id: &UserId) {
        if let Err(error) = self.client.delete_user(id).await {
            return self.open(&[Question::DeletedEmail], &error.to_string());
        }
        self.made.users.retain(|made| made != id);
        let word = match self.create().await {
            Ok(_) => Ok("free"),
            Err(ScimError::Conflict { .. }) => Ok("taken"),
            Err(error) => Err(error.to_string()),
        };
        self.note(Question::DeletedEmail, word);
    }

    /// Removes what was made; what can't be removed is named.
    async fn clean(&mut self) {
        let Made {
            users,
            groups,
            cards,
        } = std::mem::take(&mut self.made);
        for (id, card) in cards {
            let Some(rest) = self.rest else { continue };
            match rest.remove_card(&id, &card).await {
                Ok(()) | Err(RestError::NotFound { .. }) => {}
                Err(error) => self.left(format!("a card of the user {id} over REST: {error}")),
            }
        }
        for id in groups {
            if let Err(error) = self.client.delete_group(&id).await {
                self.left(format!("the group {id}: {error}"));
            }
        }
        for id in users {
            // Command deletes only whom the identity provider has deactivated.
            let closed = UserChanges {
                fields: Vec::new(),
                active: Some(false),
            };
            let _ = self.client.update_user(&id, &closed).await;
            if let Err(error) = self.client.delete_user(&id).await {
                self.left(format!("the user {id} ({}): {error}", self.email));
            }
        }
    }

    fn left(&mut self, what: String) {
        self.found.left.push(what);
    }

    /// Whether REST still has the person, who is deleted over SCIM.
    async fn look_behind(&mut self) {
        let Some(rest) = self.rest else { return };
        let email = self.email;
        let gone = until(self.patience, || async {
            let found = rest.find(FindBy::Email(email)).await?;
            Ok::<_, RestError>(found.is_none().then_some(()))
        });
        match gone.await {
            Ok(Some(())) => {}
            Ok(None) => self.left(format!("the user {email}, who is still found over REST")),
            Err(error) => self.left(format!("perhaps the user {email} over REST: {error}")),
        }
    }
}

/// Why something was not tried.
const NO_WAY: &str = "neither PATCH nor PUT changes a user";

/// The cards of a user that a probe made, if REST has exactly that user.
async fn cards_of(rest: &RestClient, user: &RemoteUser) -> Vec<(AccessUserId, CardId)> {
    let found = rest.find(FindBy::Email(&user.profile.email)).await;
    let Ok(Some((person, record))) = found else {
        return Vec::new();
    };
    let is_it = person.id.as_str() == user.id.as_str()
        || person.external_id.starts_with(MARK)
        || person.employee_id.starts_with(MARK);
    let cards = record.cards.into_iter().filter(|_| is_it);
    cards.map(|card| (person.id.clone(), card.id)).collect()
}

/// Asks again and again until there is an answer, or patience ends.
async fn until<T, E, F>(patience: Duration, ask: impl Fn() -> F) -> Result<Option<T>, E>
where
    F: Future<Output = Result<Option<T>, E>>,
{
    let since = Instant::now();
    loop {
        if let Some(answer) = ask().await? {
            return Ok(Some(answer));
        }
        if since.elapsed() >= patience {
            return Ok(None);
        }
        tokio::time::sleep(patience / 60).await;
    }
}
