# Completion of mcp-sse for PowerShell. Where the tool has nothing to say, file names are offered.
Register-ArgumentCompleter -Native -CommandName mcp-sse -ScriptBlock {
    param($word, $command, $cursor)
    $length = $cursor - $command.Extent.StartOffset
    $line = $command.Extent.Text.PadRight($length).Substring(0, $length) -replace '^\S+\s?', '' -replace '(--\S+)=(\S*)$', '$1 $2'
    $before = "$word" -match '^--[^=]+=' ? $Matches[0] : ''
    & $command.GetCommandName() "[suggest:$($line.Length)]" $line 2>$null | Where-Object { $_ } | ForEach-Object { $before + $_ } | Where-Object { $_.StartsWith("$word") } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
}
