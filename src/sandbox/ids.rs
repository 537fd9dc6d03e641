//! The IDs that Atrium holds of people: cards, fobs and barcodes, as Atrium writes them, which is
//! not always how a reader does.

use rusqlite::{Connection, OptionalExtension, params};

use super::SandboxError;

/// One ID of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Id {
    pub(super) seq: u32,
    /// Which of the person's IDs it is.
    pub(super) n: u32,
    pub(super) id_type: String,
    pub(super) value: String,
    pub(super) status: String,
}

/// The ID type whose values change by themselves.
pub(super) const WALLET: &str = "Wallet";

/// ID types that a campus gives out, with how often of a hundred each is chosen.
const TYPES: &[(&str, u8)] = &[
    ("Prox", 38),
    ("iClass", 15),
    ("MIFARE CSN", 15),
    ("DESFire", 10),
    ("Blackboard", 8),
    ("Corporate", 4),
    (WALLET, 8),
    ("Fob", 2),
];

/// SQL: an ID that opens doors, and may have its day.
pub(super) const PLAYABLE: &str = "id_status = 'Active' AND id_type NOT IN ('Wallet', 'Fob')";

impl Id {
    /// The ID as sentences name it: never the whole number.
    pub(super) fn label(&self) -> String {
        format!(
            "{} card ending {}",
            self.id_type,
            super::card::ending(&self.value)
        )
    }
}

pub(super) fn put(db: &Connection, id: &Id) -> Result<(), SandboxError> {
    db.prepare_cached("INSERT OR REPLACE INTO atrium_id VALUES (?, ?, ?, ?, ?)")?
        .execute(params![id.seq, id.n, id.id_type, id.value, id.status])?;
    Ok(())
}

pub(super) fn remove(db: &Connection, id: &Id) -> Result<(), SandboxError> {
    db.prepare_cached("DELETE FROM atrium_id WHERE seq = ? AND n = ?")?
        .execute([id.seq, id.n])?;
    Ok(())
}

/// The IDs of a person of which the SQL condition is true.
pub(super) fn of(db: &Connection, seq: u32, condition: &str) -> Result<Vec<Id>, SandboxError> {
    let sql = format!(
        "SELECT n, id_type, id_value, id_status FROM atrium_id
         WHERE seq = ? AND ({condition}) ORDER BY n"
    );
    let mut select = db.prepare_cached(&sql)?;
    let rows = select.query_map([seq], |row| {
        Ok(Id {
            seq,
            n: row.get(0)?,
            id_type: row.get(1)?,
            value: row.get(2)?,
            status: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The number that a person's next ID gets.
pub(super) fn next_n(db: &Connection, seq: u32) -> Result<u32, SandboxError> {
    let sql = "SELECT coalesce(max(n) + 1, 0) FROM atrium_id WHERE seq = ?";
    Ok(db.query_row(sql, [seq], |row| row.get(0))?)
}

fn is_taken(db: &Connection, id_type: &str, value: &str) -> Result<bool, SandboxError> {
    // Leading zeros make no other card.
    let sql = "SELECT 1 FROM atrium_id
               WHERE id_type = ? AND ltrim(id_value, '0') = ltrim(?, '0') LIMIT 1";
    let found = db
        .prepare_cached(sql)?
        .query_row([id_type, value], |_| Ok(()))
        .optional()?;
    Ok(found.is_some())
}

/// Gives an ordinary person their IDs: none to three, of different types.
pub(super) fn give(db: &Connection, rng: &mut fastrand::Rng, seq: u32) -> Result<(), SandboxError> {
    let count = match rng.u8(..100) {
        0..6 => 0,
        6..52 => 1,
        52..88 => 2,
        _ => 3,
    };
    for _ in 0..count {
        give_one(db, rng, seq)?;
    }
    Ok(())
}

/// Gives a person one more ID, of a type that they do not have yet.
pub(super) fn give_one(
    db: &Connection,
    rng: &mut fastrand::Rng,
    seq: u32,
) -> Result<Id, SandboxError> {
    let held = of(db, seq, "true")?;
    let mut id_type = a_type(rng);
    while held.iter().any(|id| id.id_type == id_type) {
        id_type = a_type(rng);
    }
    let id = Id {
        seq,
        n: next_n(db, seq)?,
        id_type: id_type.to_owned(),
        value: free_value(db, rng, id_type)?,
        status: "Active".to_owned(),
    };
    put(db, &id)?;
    Ok(id)
}

fn a_type(rng: &mut fastrand::Rng) -> &'static str {
    let mut draw = rng.u8(..100);
    for (name, share) in TYPES {
        match draw.checked_sub(*share) {
            None => return name,
            Some(rest) => draw = rest,
        }
    }
    WALLET
}

/// A value of this type that nobody has. Numbers below 10,000 of the short types are kept for the
/// special cases and for Command's own people.
pub(super) fn free_value(
    db: &Connection,
    rng: &mut fastrand::Rng,
    id_type: &str,
) -> Result<String, SandboxError> {
    // A large campus runs out of short numbers; it then lives with a number twice.
    let mut value = value(rng, id_type);
    for _ in 0..1_000 {
        if !is_taken(db, id_type, &value)? {
            break;
        }
        value = self::value(rng, id_type);
    }
    Ok(value)
}

/// A value as Atrium writes it for this type.
fn value(rng: &mut fastrand::Rng, id_type: &str) -> String {
    match id_type {
        // 16 bits; some come with leading zeros.
        "Prox" => match (rng.u8(..5), rng.u16(10_000..)) {
            (0, number) => format!("{number:08}"),
            (_, number) => number.to_string(),
        },
        // Facility code and number in one.
        "iClass" => format!("02040{:06}", rng.u32(10_000..1 << 19)),
        "MIFARE CSN" => format!("{:08X}", rng.u32(1..)),
        // NXP's own chips have a number that begins with 04.
        "DESFire" => format!("04{:012X}", rng.u64(..1 << 48)),
        "Blackboard" => format!("6017{:012}", rng.u64(..1_000_000_000_000)),
        "Corporate" => format!("C-{}", rng.u32(10_000..1 << 20)),
        WALLET => format!("{:020}", rng.u64(..)),
        _ => format!("F{:06}", rng.u32(..1_000_000)),
    }
}

/// Replaces every barcode in a wallet, as its use does. Returns how many there are.
pub(super) fn rotate_barcodes(
    db: &Connection,
    rng: &mut fastrand::Rng,
) -> Result<u32, SandboxError> {
    let mut select = db.prepare_cached("SELECT seq, n FROM atrium_id WHERE id_type = ?")?;
    let rows = select.query_map([WALLET], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let rows: Vec<(u32, u32)> = rows.collect::<Result<_, _>>()?;
    let mut update =
        db.prepare_cached("UPDATE atrium_id SET id_value = ? WHERE seq = ? AND n = ?")?;
    let mut rotated = 0;
    for (seq, n) in rows {
        update.execute(params![value(rng, WALLET), seq, n])?;
        rotated += 1;
    }
    Ok(rotated)
}
