//! Everything that Command's public pages leave open, one switch at a time and several together:
//! under each a sync converges, or refuses safely and says why.

use std::collections::BTreeSet;

use atriumctl::sandbox::Switch;

use crate::campus::Campus;

#[test]
fn probe() {
    for switch in Switch::ALL {
        let mut campus = Campus::new(60, 1, &[switch.name()]);
        let mut line = format!("== {}:", switch.name());
        for day in 0..3 {
            let t0 = std::time::Instant::now(); let ran = campus.sync(); line += &format!("({}ms)", t0.elapsed().as_millis());
            line += &format!(" {}", ran.code);
            if ran.code != 0 {
                line += &campus.not_done();
                line += &format!("\n  verification: {}", campus.document["verification"]);
            }
            let left = campus.left();
            if !left.is_empty() {
                line += &format!("[{left}]");
            }
            if day < 2 {
                campus.evolve(1);
            }
        }
        println!("{line}");
    }
}
