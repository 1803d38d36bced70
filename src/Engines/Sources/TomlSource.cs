using GpuContainers.Configuration;

namespace GpuContainers.Engines.Sources;

/// <summary>TOML of engines: faults name the file or command they come from.</summary>
internal static class TomlSource
{
    /// <summary>Reads a configuration; a missing file counts as empty (CT-40).</summary>
    /// <exception cref="EngineException">It is not TOML; the message begins with "(line, column): " (CT-45).</exception>
    internal static TomlDocument Parse(SourceText source)
    {
        try
        {
            return Checked(source.Origin, () => TomlDocument.Parse(source.Content ?? []));
        }
        catch (EngineException broken) when (TemplateText.Explain(source, broken, "TOML", TemplateText.Containerd) is { } template)
        {
            throw template;
        }
    }

    /// <summary>Does something that needs tables to be tables, and says where they are not (CT-78).</summary>
    /// <exception cref="EngineException">Something else stands where a table must be.</exception>
    internal static T Checked<T>(string origin, Func<T> step)
    {
        try
        {
            return step();
        }
        catch (ConfigurationException broken)
        {
            EngineFault reason = broken.Reason == ConfigurationFailure.Syntax ? EngineFault.Syntax : EngineFault.Value;
            throw new EngineException(reason, $"{broken.Message}; correct {origin}", broken);
        }
    }

    /// <summary>The table at the end of a path of keys; null when there is none.</summary>
    /// <exception cref="EngineException">Something else stands there, or on the way (CT-78).</exception>
    internal static TomlTable? Table(SourceText source, TomlTable root, params string[] path)
    {
        TomlTable table = root;
        for (int i = 0; i < path.Length; i++)
        {
            if (table[path[i]] is not { } value)
                return null;
            table = value as TomlTable ?? throw new EngineException(
                $"{(value.Line > 0 ? $"({value.Line}, {value.Column}): " : "")}{TomlKeys.Path(path.AsSpan(0, i + 1))} must be a table, "
                + $"but is {value.TypeName} {value}; correct {source.Origin}");
        }
        return table;
    }

    /// <summary>The string at the end of a path of keys; null when there is none, or it is something else.</summary>
    internal static string? Text(TomlTable root, params ReadOnlySpan<string> path) => (root.Find(path) as TomlString)?.Value;

    /// <summary>The settings of the first runtime that has some, copied, for the NVIDIA runtime to inherit (CT-73, CT-101); null when none has.</summary>
    /// <param name="source">Where the tables come from, for messages.</param>
    /// <param name="root">The source's content.</param>
    /// <param name="runtimes">The path of the table of runtimes.</param>
    /// <param name="names">The runtimes to look for, in this order.</param>
    /// <exception cref="EngineException">Something on the way is not a table, or a runtime's options are none (CT-78).</exception>
    internal static TomlTable? Inherited(SourceText source, TomlTable root, string[] runtimes, IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            if (Table(source, root, [.. runtimes, name]) is not { } found)
                continue;
            _ = Table(source, root, [.. runtimes, name, "options"]);
            return (TomlTable)found.Copy();
        }
        // Without an example the usual options are the best guess, and the administrator should know (CT-74).
        Log.Warning($"Could not infer options from runtimes [{string.Join(' ', names)}]");
        return null;
    }

    /// <summary>
    /// Our own runtime as an earlier run has left it, copied, if it is the default (CT-49): it hides the default whose settings it took, so they
    /// can be found in it alone.
    /// </summary>
    /// <param name="root">The source's content.</param>
    /// <param name="byDefault">The path of the name of the default runtime.</param>
    /// <param name="runtime">The path of our runtime.</param>
    /// <param name="binary">The key of the executable in it.</param>
    /// <param name="path">Our executable; another one means another runtime.</param>
    internal static TomlTable? FindToolkit(TomlTable root, string[] byDefault, string[] runtime, string[] binary, string path) =>
        Text(root, byDefault) == runtime[^1] && Text(root, [.. runtime, .. binary]) == path ? (TomlTable?)root.Find(runtime)?.Copy() : null;

    /// <summary>Removes the tables on a path that have become empty, from the inside (CT-121, CT-124).</summary>
    internal static void Prune(TomlDocument document, ReadOnlySpan<string> path)
    {
        for (int length = path.Length; length > 0; length--)
        {
            if (document.Get(path[..length]) is TomlTable { Entries.Count: 0 })
                document.Remove(path[..length]);
        }
    }
}
