namespace GpuContainers.Cdi;

/// <summary>One thing that is wrong in a document.</summary>
/// <param name="Line">The line, counted from 1; 0 when the document has no text.</param>
/// <param name="Column">The column in that line, counted from 1; 0 when the document has no text.</param>
/// <param name="Member">The member, such as "devices[2].containerEdits.mounts[0].hostPath"; empty for the document itself.</param>
/// <param name="Text">What is wrong, in lower case.</param>
public sealed record CdiProblem(int Line, int Column, string Member, string Text)
{
    /// <summary>"FILE:LINE:COLUMN: MEMBER: TEXT", without the parts that are not known.</summary>
    public string Describe(string fileName)
    {
        string place = Line > 0 ? $"{fileName}:{Line}:{Column}" : fileName;
        string member = Member.Length > 0 ? $"{Member}: " : "";
        return place.Length > 0 ? $"{place}: {member}{Text}" : member + Text;
    }
}
