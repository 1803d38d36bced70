namespace GpuContainers.CommandLine;

/// <summary>One command line that shows the use of a verb.</summary>
/// <param name="Remark">What it is good for, lower case, without a full stop.</param>
/// <param name="Line">What to type.</param>
public sealed record Example(string Remark, string Line);
