# Completion of atriumctl for elvish.
# At each Tab it asks atriumctl itself, so that it knows profiles and need not be renewed.

use str

set edit:completion:arg-completer[atriumctl] = {|@words|
    var index = (- (count $words) 1)
    var current = $words[-1]
    var option = ''
    var path = $current
    if (and (str:has-prefix $current --) (str:contains $current =)) {
        set option = (str:join '' [(put (str:split &max=2 = $current) | take 1) =])
        set path = $current[(count $option)..]
    }
    try {
        (external atriumctl) complete $index -- $@words 2>/dev/null | from-lines | each {|line|
            if (or (==s $line :files) (==s $line :directories)) {
                edit:complete-filename $path | each {|found|
                    var stem = $found[stem]
                    if (or (==s $line :files) (str:has-suffix $stem /)) {
                        edit:complex-candidate $option$stem &code-suffix=$found[code-suffix]
                    }
                }
            } else {
                var parts = [(str:split &max=2 "\t" $line)]
                var about = ''
                if (> (count $parts) 1) {
                    set about = '  ('$parts[1]')'
                }
                edit:complex-candidate $parts[0] &code-suffix=' ' &display=$parts[0]$about
            }
        }
    } catch {
        nop
    }
}
