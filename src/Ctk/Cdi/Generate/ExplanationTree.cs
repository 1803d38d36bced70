using GpuContainers.Ctk.CommandLine;
using GpuContainers.Generation.Explanations;
using GpuContainers.Oci.Json;
using Spectre.Console;

namespace GpuContainers.Ctk.Cdi.Generate;

/// <summary>An explanation as a tree: parts, what they looked for, and what came of it.</summary>
internal static class ExplanationTree
{
    /// <summary>Makes the tree.</summary>
    public static Tree Create(Explanation explanation)
    {
        Tree tree = new Tree("what was looked for, and what came of it").Guide(Terminal.IsUnicode ? TreeGuide.Line : TreeGuide.Ascii);
        foreach (ExplanationSection section in explanation.Sections)
        {
            TreeNode node = tree.AddNode($"[bold]{Markup.Escape(section.Title)}[/] [grey]({Markup.Escape(section.Rule)})[/]");
            if (section.Places.Count > 0)
                node.AddNode($"[grey]in {Markup.Escape(string.Join(", ", section.Places))}[/]");
            foreach (ExplanationItem item in section.Items)
                Add(node, item);
        }
        return tree;
    }

    private static void Add(TreeNode section, ExplanationItem item)
    {
        string wanted = Markup.Escape(item.Wanted), note = Markup.Escape(item.Note);
        switch (item.Outcome)
        {
            case ExplanationOutcome.Decided:
                section.AddNode($"{wanted}: {note}");
                break;
            case ExplanationOutcome.Missing:
                section.AddNode($"[yellow]{wanted}: not found{(note.Length > 0 ? $" ({note})" : "")}[/]");
                break;
            case ExplanationOutcome.Found when item.Found is [var only]
                && (only == item.Wanted || only.EndsWith('/' + item.Wanted.TrimStart('/'), StringComparison.Ordinal)):
                section.AddNode($"[green]{Markup.Escape(only)}[/]");
                break;
            default:
                TreeNode node = section.AddNode($"{wanted}: {item.Found.Count} found");
                foreach (string path in item.Found)
                    node.AddNode($"[green]{Markup.Escape(path)}[/]");
                break;
        }
    }
}

/// <summary>An explanation as one JSON object.</summary>
internal static class ExplanationJson
{
    /// <summary><c>{"sections":[{"title","rule","searched":[…],"items":[{"wanted","outcome","found":[…],"note"}]}],"missing":N}</c> on one line.</summary>
    public static string Write(Explanation explanation) => JsonLine.Object(json =>
    {
        json.Member("sections", explanation.Sections, section =>
        {
            json.Member("title", section.Title);
            json.Member("rule", section.Rule);
            json.Member("searched", section.Places);
            json.Member("items", section.Items, item =>
            {
                json.Member("wanted", item.Wanted);
                json.Member("outcome", item.Outcome switch { ExplanationOutcome.Found => "found", ExplanationOutcome.Missing => "missing", _ => "decided" });
                json.Member("found", item.Found);
                json.Optional("note", item.Note);
            });
        });
        json.Member("missing", explanation.Missing.Count());
    });
}
