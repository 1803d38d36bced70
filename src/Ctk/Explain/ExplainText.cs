namespace GpuContainers.Ctk.Explain;

/// <summary>An answer of the planner for people.</summary>
internal static class ExplainText
{
    private static readonly (string Kind, string Title)[] s_kinds =
    [
        ("node", "Device nodes"), ("rule", "Device rules"), ("mount", "Mounts"), ("variable", "Variables"), ("group", "Groups"), ("hook", "Hooks"),
        ("other", "Others"),
    ];

    /// <summary>The whole text.</summary>
    public static string Write(PlanAnswer plan)
    {
        var lines = new List<string>();
        if (plan.Mode.Length > 0)
            lines.Add($"mode:     {plan.Mode} ({plan.ModeReason})");
        lines.Add($"asks for: {Request(plan)}");
        if (plan.Source.Length > 0)
            lines.Add($"by:       {plan.Source}");
        lines.AddRange(plan.Decided.DistinctBy(static note => (note.What, note.Note)).Select(static note => $"decided:  {note.What}: {note.Note}"));
        if (plan.Error.Length > 0)
            lines.AddRange(["", "The container would not start:", $"  {plan.Error}"]);
        foreach ((string kind, string title) in s_kinds)
            AddSection(lines, title, [.. plan.Changes.Where(change => change.Kind == kind)]);
        if (plan.Missing.Count > 0)
            lines.AddRange(["", "Looked for and not found"]);
        lines.AddRange(plan.Missing.Select(static note => $"  {note.What} ({note.Part}{(note.Note.Length > 0 ? ": " + note.Note : "")})"));
        if (plan.Differences is { } differences)
            lines.AddRange(["", differences.Count == 0 ? "The other result is the same." : "Other than the other result (- only there, + only here)"]);
        lines.AddRange((plan.Differences ?? []).Select(static difference => $"  {difference}"));
        if (plan.Changes.Count == 0 && plan.Error.Length == 0)
            lines.AddRange(["", "The specification stays as it is."]);
        // Names and variables are the image's: they add no line and steer no terminal (SEC-31).
        return string.Concat(lines.Select(static line => ShownValues.Printable(line) + "\n"));
    }

    private static string Request(PlanAnswer plan) => plan.Devices.Count == 0 ? "nothing"
        : string.Join(", ", plan.Devices.Select(static device => device.Length == 0 ? "none: no GPU, but the driver's files" : device));

    private static void AddSection(List<string> lines, string title, PlannedChange[] changes)
    {
        if (changes.Length == 0)
            return;
        lines.AddRange(["", title]);
        foreach (IGrouping<string, PlannedChange> rule in changes.GroupBy(static change => change.Rule))
        {
            lines.Add($"  {rule.Key}:");
            foreach (PlannedChange change in rule)
            {
                string running = change.IsRunning switch { true => " (the container has it)", false => " (the container has it NOT)", _ => "" };
                lines.Add($"    {change.What}{running}");
            }
        }
    }
}
