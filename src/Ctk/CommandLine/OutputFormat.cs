namespace GpuContainers.Ctk.CommandLine;

/// <summary>The option <c>--format</c> of commands whose results people and programs read.</summary>
internal static class OutputFormat
{
    /// <summary>Of commands that know a text for people, and JSON.</summary>
    public static TextOption Option { get; } = new("--format", "Output: text or json", "text") { ValueWord = "FORMAT", Choices = ["text", "json"] };

    /// <summary>Whether JSON is wanted.</summary>
    /// <exception cref="ToolkitException">Something else is wanted than a command can give.</exception>
    public static bool IsJson(Invocation invocation) => Read(invocation, Option) == "json";

    /// <summary>What is wanted: one of the choices of an option.</summary>
    /// <exception cref="ToolkitException">It is none of them.</exception>
    public static string Read(Invocation invocation, TextOption option)
    {
        string given = invocation.Get(option);
        return option.Choices.Contains(given) ? given : throw new ToolkitException(
            $"invalid output format: {given}; use {string.Join(", ", option.Choices.SkipLast(1))} or {option.Choices[^1]}");
    }
}
