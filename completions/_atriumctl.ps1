# Completion of atriumctl for PowerShell.
# At each Tab it asks atriumctl itself, so that it knows profiles and need not be renewed.

Register-ArgumentCompleter -Native -CommandName 'atriumctl' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $words = @(
        $commandAst.CommandElements |
            Where-Object { $_.Extent.StartOffset -lt $cursorPosition } |
            ForEach-Object {
                if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) {
                    $_.Value
                } else {
                    $_.Extent.Text
                }
            }
    )
    # An empty word is not passed on: older versions of PowerShell lose it.
    $index = if ($wordToComplete -eq '') { $words.Count } else { $words.Count - 1 }
    $program = $words[0]
    if (-not (Get-Command -Name $program -CommandType Application -ErrorAction Ignore)) {
        $program = 'atriumctl'
    }

    $lines = & $program complete $index '--' @words 2>$null
    foreach ($line in $lines) {
        if ($line -eq ':files' -or $line -eq ':directories') {
            $option = if ($wordToComplete -match '^(--[^=]+=)') { $Matches[1] } else { '' }
            $path = $wordToComplete.Substring($option.Length)
            $found = [System.Management.Automation.CompletionCompleters]::CompleteFilename($path)
            if ($line -eq ':directories') {
                $found = $found | Where-Object { $_.ResultType -eq 'ProviderContainer' }
            }
            foreach ($item in $found) {
                $text = $option + $item.CompletionText
                [System.Management.Automation.CompletionResult]::new(
                    $text, $item.ListItemText, $item.ResultType, $item.ToolTip)
            }
        } else {
            $value, $about = $line -split "`t", 2
            if (-not $about) { $about = $value }
            [System.Management.Automation.CompletionResult]::new(
                $value, $value, 'ParameterValue', $about)
        }
    }
}
