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
        var text = new StringBuilder();
        if (plan.Mode.Length > 0)
            text.Append($"mode:     {plan.Mode} ({plan.ModeReason})\n");
        text.Append($"asks for: {Request(plan)}\n");
        if (plan.Source.Length > 0)
            text.Append($"by:       {plan.Source}\n");
        foreach (PlanNote note in plan.Decided.DistinctBy(static note => (note.What, note.Note)))
            text.Append($"decided:  {note.What}: {note.Note}\n");
        if (plan.Error.Length > 0)
            text.Append($"\nThe container would not start:\n  {plan.Error}\n");
        foreach ((string kind, string title) in s_kinds)
            Section(text, title, [.. plan.Changes.Where(change => change.Kind == kind)]);
        if (plan.Missing.Count > 0)
            text.Append("\nLooked for and not found\n");
        foreach (PlanNote note in plan.Missing)
            text.Append($"  {note.What} ({note.Part}{(note.Note.Length > 0 ? ": " + note.Note : "")})\n");
        if (plan.Differences is { } differences)
            text.Append(differences.Count == 0 ? "\nThe other result is the same.\n" : "\nOther than the other result (- only there, + only here)\n");
        foreach (string difference in plan.Differences ?? [])
            text.Append($"  {difference}\n");
        if (plan.Changes.Count == 0 && plan.Error.Length == 0)
            text.Append("\nThe specification stays as it is.\n");
        return text.ToString();
    }

    private static string Request(PlanAnswer plan) => plan.Devices.Count == 0 ? "nothing"
        : string.Join(", ", plan.Devices.Select(static device => device.Length == 0 ? "none: no GPU, but the driver's files" : device));

    private static void Section(StringBuilder text, string title, PlannedChange[] changes)
    {
        if (changes.Length == 0)
            return;
        text.Append($"\n{title}\n");
        foreach (IGrouping<string, PlannedChange> rule in changes.GroupBy(static change => change.Rule))
        {
            text.Append($"  {rule.Key}:\n");
            foreach (PlannedChange change in rule)
            {
                string running = change.IsRunning switch { true => " (the container has it)", false => " (the container has it NOT)", _ => "" };
                text.Append($"    {change.What}{running}\n");
            }
        }
    }
}
