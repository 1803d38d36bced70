namespace GpuContainers.Generation;

/// <summary>What a generation looked for, where it found it or why not, and by which rule: the material of <c>--explain</c> and of the summary.</summary>
public sealed class Explanation
{
    private readonly List<ExplanationSection> _sections = [];

    /// <summary>The parts of the search in their order.</summary>
    public IReadOnlyList<ExplanationSection> Sections => _sections;

    /// <summary>How many things were looked for and not found.</summary>
    public int Missing => _sections.Sum(static section => section.Items.Count(static item => item.Found.Count == 0));

    /// <summary>Begins a part of the search; what follows belongs to it. A part of the same title goes on.</summary>
    /// <param name="title">What is looked for, such as "driver libraries".</param>
    /// <param name="rule">The requirement of discovery.md that says so.</param>
    public void Begin(string title, string rule)
    {
        int known = _sections.FindIndex(section => section.Title == title);
        ExplanationSection section = known < 0 ? new ExplanationSection(title, rule) : _sections[known];
        if (known >= 0)
            _sections.RemoveAt(known);
        _sections.Add(section);
    }

    /// <summary>Notes what came of one search.</summary>
    /// <param name="wanted">The name or pattern.</param>
    /// <param name="found">The host paths; empty when there are none.</param>
    /// <param name="note">Why there are none, or what became of them; empty when that is plain.</param>
    public void Note(string wanted, IReadOnlyList<string> found, string note = "")
    {
        if (_sections.Count == 0)
            Begin("general", "");
        _sections[^1].Add(new ExplanationItem(wanted, found, note));
    }
}
