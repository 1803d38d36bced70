namespace GpuContainers.Runtime.Prestart;

/// <summary>
/// The environment of the hook without the variables of its container. As a createContainer hook without variables of its own, runc up to 1.2 starts it with
/// those of the image, which must choose neither a configuration nor a program, nor reach a program of the host (SEC-30).
/// </summary>
/// <param name="specification">The specification of the container; read only when a variable is set that the container could have, too.</param>
internal sealed class HookEnvironment(Lazy<HookSpecification> specification)
{
    private const string PathVariable = "PATH";

    /// <summary>The value of a variable; null when it is not set, or was set by the container.</summary>
    public string? Get(string name) =>
        Environment.GetEnvironmentVariable(name) is { } value && !IsOfContainer($"{name}={value}") ? value : null;

    /// <summary>
    /// The entries that a program of the host gets, as the bytes they came in; with the usual folders in the place of a PATH of the container.
    /// </summary>
    public List<byte[]> Entries()
    {
        var entries = new List<byte[]>();
        foreach (byte[] entry in RawArguments.Environment())
        {
            string text = Encoding.UTF8.GetString(entry);
            if (!IsOfContainer(text))
                entries.Add(entry);
            else if (text.StartsWith(PathVariable + "=", StringComparison.Ordinal))
                entries.Add(Encoding.UTF8.GetBytes($"{PathVariable}={string.Join(':', ProgramSearch.Folders(""))}"));
        }
        return entries;
    }

    // Without a specification nothing is started, and what is wrong with it is told when its turn comes (LG-74).
    private bool IsOfContainer(string entry)
    {
        try
        {
            return specification.Value.Image.HasEntry(entry);
        }
        catch (CoreException)
        {
            return false;
        }
    }
}
