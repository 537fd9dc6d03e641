//! Filters of people and groups.

use super::*;

fn filter(column: &str, globs: &[&str]) -> Filter {
    Filter {
        column: column.to_owned(),
        globs: globs.iter().map(|g| g.to_string()).collect(),
    }
}

#[test]
fn filters_say_who_is_in_scope_and_drop_nobody() {
    let content = "campus_id,last_name,email,status,Campus Site,id_type,access_group_id,access_group_name\n\
                   1,Lee,a@x,A,,,1,North 1\n\
                   1,,,,North,Prox,2,South\n\
                   2,Ng,b@x,A,South,,2,South\n";
    let (_dir, mut source) = source(&[("p.csv", content.as_bytes())]);
    for (filters, wanted) in [
        (vec![], [true, true]),
        (vec![filter("campus-site", &["n*"])], [true, false]),
        (
            vec![filter("Campus Site", &["x", "SOUTH", "nor?h"])],
            [true, true],
        ),
        (
            vec![filter("campus_site", &["*"]), filter("Last Name", &["ng"])],
            [false, true],
        ),
        (vec![filter("id_type", &["prox"])], [true, false]),
        (vec![filter("id_type", &[""])], [false, true]),
        (vec![filter("campus_id", &["2"])], [false, true]),
    ] {
        source.people_filter = filters;
        let roster = source.read().unwrap();
        let scope: Vec<bool> = roster.people.iter().map(|p| p.in_scope).collect();
        assert_eq!(scope, wanted, "{:?}", source.people_filter);
    }
    source.people_filter.clear();
    source.group_filter = vec![filter("access_group_name", &["north*"])];
    let roster = source.read().unwrap();
    let scope: Vec<bool> = roster.groups.iter().map(|g| g.in_scope).collect();
    assert_eq!(scope, [true, false]);
}

#[test]
fn filters_that_cannot_work_are_refused() {
    let content = b"campus_id,last_name,email,State,Site\n1,L,e,A,N\n";
    let (_dir, plain) = source(&[("p.csv", content)]);
    let columns = BTreeMap::from([("status".to_owned(), "State".to_owned())]);
    let with = |people: Filter| {
        let (files, base) = (plain.files.clone(), plain.base.clone());
        FileSource::new(files, base, columns.clone(), vec![people], vec![])
    };
    for column in ["status", "Status", "State", "STATE "] {
        let error = with(filter(column, &["a"])).unwrap_err();
        assert!(matches!(error, SourceError::StatusFilter { .. }), "{error}");
        assert_eq!(error.exit(), Exit::Usage);
    }
    for empty in [filter("Site", &[]), filter(" ", &["a"])] {
        let error = with(empty).unwrap_err();
        assert!(matches!(error, SourceError::EmptyFilter { .. }), "{error}");
    }
    let absent = with(filter("Sites", &["n"])).unwrap().read().unwrap_err();
    assert_eq!(
        absent.to_string(),
        "p.csv: the profile filters by \"Sites\", which is in no file (the nearest is \"Site\"); the \
         columns are: campus_id, last_name, email, State, Site; correct the filter"
    );
    let mut groups = plain.clone();
    groups.group_filter = vec![filter("Site", &["n"])];
    let error = groups.check_filters().unwrap_err();
    assert!(matches!(error, SourceError::GroupFilter { .. }), "{error}");
}
