namespace GpuContainers.Cdi;

/// <summary>Something that <see cref="SpecLint"/> found.</summary>
/// <param name="Code">The stable code, such as "CDI103".</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="File">The file or folder.</param>
/// <param name="Line">The line, counted from 1; 0 when it concerns the file as a whole.</param>
/// <param name="Column">The column, counted from 1; 0 when it concerns the file as a whole.</param>
/// <param name="Member">The member, such as "devices[0].containerEdits.hooks[0]"; empty for the file as a whole.</param>
/// <param name="Text">What was found.</param>
/// <param name="Cure">What to do about it.</param>
public sealed record CdiFinding(
    string Code, CdiSeverity Severity, string File, int Line, int Column, string Member, string Text, string Cure);
