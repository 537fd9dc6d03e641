//! The cards whose lives are not ordinary: what Atrium writes of them, and what Command held
//! before the first sync.

use super::{Past, Person};
use crate::sandbox::SandboxError;
use crate::sandbox::card::{Card, kind_named};
use crate::sandbox::command::{Access, Change, User, id_at};
use crate::sandbox::ids::{self, Id};

/// Campus id, or the email of a user made in Command; Atrium's ID type, value and status, if Atrium
/// has the card; and Command's card, if Command has it: `there`, `off` (there and switched off by
/// hand) or `by-hand` (added by hand), then format, facility code and number.
const CARDS: &str = "
# In Command already, and equal to Atrium's.
S1000005 | Prox | 4711 | Active | there HID 102 4711
# In Command already, and switched off there.
S1000005 | iClass | 02040004712 | Active | off HID37wFacilityCode 2040 4712
# Lost, and put into Command by hand.
S1000005 | Prox | 4713 | Lost | by-hand HID 102 4713
# Added in Command, and not known to Atrium.
S1000005 | | | | by-hand HID37wFacilityCode 300 7001
# Of a leaver.
S1000016 | Prox | 4716 | Active | there HID 102 4716
S1000016 | MIFARE CSN | 16A0B0C0 | Active |
# Of an inactive person who never was in Command.
S1000015 | Prox | 4715 | Active |
# Of a user who was deactivated by hand.
S1000014 | Prox | 4714 | Active |
# Of another SCIM client's user.
S1000013 | Prox | 4726 | Active |
S1000013 | Blackboard | 6017000000004727 | Active |
# Of people who cannot be created or updated.
S1000001 | Prox | 4701 | Active |
S1000002 | iClass | 02040004702 | Active |
S1000007 | Prox | 4707 | Active |
S0900007 | | | | there HID 102 4707
S1000010 | Prox | 4710 | Active |
# Held by somebody else in Command.
0042817 | Prox | 6002 | Active |
S1000005 | | | | by-hand HID 102 6002
# Of a user made in Command.
priscilla.okafor@campus.example | | | | by-hand HID 102 6003
# Leading zeros.
0042817 | Prox | 00000417 | Active |
# A status that nobody mapped.
0042817 | MIFARE CSN | 17A0B0C0 | Damaged |
# One number, two people.
S1000018 | Prox | 5001 | Active |
S1000019 | Prox | 5001 | Active |
# An ID type that nobody mapped.
S1000018 | Fob | F000123 | Active |
# A number that does not fit its format.
S1000019 | Prox | 70000 | Active |
# A number that a spreadsheet spoilt.
S1000020 | Blackboard | 1.23457E+11 | Active |
# No number.
S1000020 | Prox | | Active |
# A barcode that rotates.
S1000020 | Wallet | 00000000000000004720 | Active |
# Letters in a decimal number.
S1000021 | Prox | 12A34 | Active |
# Stolen.
S1000021 | Corporate | C-5301 | Stolen |
# Fit for use, in each of the other ways of writing.
S1000021 | DESFire | 04A1B2C3D4E5F6 | Active |
S1000021 | MIFARE CSN | 21A0B0C0 | Active |
S1000021 | Corporate | C-5302 | Active |
# Handed back, and suspended.
S1000022 | MIFARE CSN | 22A0B0C0 | Returned |
S1000022 | DESFire | 04A1B2C3D4E5F7 | On hold |
# Of a person whose access ended.
S1000023 | Prox | 4723 | Active | there HID 102 4723
# Of a user made in Command.
dana.whitfield@campus.example | | | | by-hand HID 102 6001
";

/// The person whose access ended, and when: 2026-06-30T00:00:00Z.
const ENDED: (&str, i64) = ("S1000023", 1_782_777_600);

/// The user made in Command who has a code for keypads.
const ENTRY_CODE: (&str, &str) = ("dana.whitfield@campus.example", "4821");

/// Writes Atrium's part of the table, and takes Command's part into the past.
pub(super) fn put(
    db: &rusqlite::Connection,
    past: &mut Past,
    people: &[&Person],
) -> Result<(), SandboxError> {
    let rows = CARDS
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    for row in rows {
        let mut fields = row.split('|').map(str::trim);
        let mut next = || fields.next().unwrap_or_default();
        let (who, id_type, value, status) = (next(), next(), next(), next());
        let person = people.iter().find(|person| person.campus_id == who);
        if let Some(person) = person.filter(|_| !id_type.is_empty()) {
            ids::put(
                db,
                &Id {
                    seq: person.seq,
                    n: ids::next_n(db, person.seq)?,
                    id_type: id_type.to_owned(),
                    value: value.to_owned(),
                    status: status.to_owned(),
                },
            )?;
        }
        let held: Vec<&str> = next().split_whitespace().collect();
        if let [state, kind, code, number] = held.as_slice() {
            past.card(
                who,
                state,
                kind,
                code.parse().ok(),
                number.parse().unwrap_or(0),
            );
        }
    }
    let access = Access {
        end_date: Some(ENDED.1),
        ..Access::default()
    };
    past.access(ENDED.0, access);
    let access = Access {
        entry_code: Some(ENTRY_CODE.1.to_owned()),
        ..Access::default()
    };
    past.access(ENTRY_CODE.0, access);
    Ok(())
}

impl Past {
    /// The user with this email, or of the person with this campus id.
    fn user_of(&self, who: &str) -> Option<&User> {
        self.changes.iter().find_map(|change| match change {
            Change::PutUser(user)
                if user.user_name() == who || user.enterprise("employeeNumber") == who =>
            {
                Some(user)
            }
            _ => None,
        })
    }

    fn card(&mut self, who: &str, state: &str, kind: &str, code: Option<u32>, number: u128) {
        let (Some(user), Some(kind)) = (self.user_of(who), kind_named(kind)) else {
            return;
        };
        let user = user.id.clone();
        let tick = self.tick();
        self.changes.push(Change::PutCard(Card {
            id: id_at(self.seed, tick),
            user,
            kind,
            facility_code: code,
            number,
            active: state != "off",
            by_hand: state == "by-hand",
            created: tick,
        }));
    }

    fn access(&mut self, who: &str, access: Access) {
        if let Some(user) = self.user_of(who) {
            let user = user.id.clone();
            self.changes.push(Change::SetAccess { user, access });
        }
    }
}
