using System.Globalization;

namespace GpuContainers.Nri;

/// <summary>What a plugin calls itself, where it finds its engine, and whom it gives devices.</summary>
public sealed record NriPluginOptions
{
    /// <summary>The socket at which engines listen unless configured otherwise.</summary>
    public const string DefaultSocketPath = "/var/run/nri/nri.sock";

    /// <summary>The index of a plugin for which nobody names one.</summary>
    public const int DefaultIndex = 10;

    /// <summary>The name under which the engine shows the plugin (as "index-name").</summary>
    public required string Name { get; init; }

    /// <summary>0 to 99: the engine calls its plugins in the order of their indexes. Null: nobody chose one, <see cref="DefaultIndex"/> counts.</summary>
    public int? Index { get; init; }

    /// <summary>The engine's socket; empty for <see cref="DefaultSocketPath"/>.</summary>
    public string SocketPath { get; init; } = DefaultSocketPath;

    /// <summary>
    /// An open connection to the engine, inherited from it; then <see cref="SocketPath"/> is not used, and a lost connection is not made again.
    /// </summary>
    public int? Descriptor { get; init; }

    /// <summary>Which devices a container gets.</summary>
    public required DeviceRule Devices { get; init; }

    /// <summary>Takes the plugin's messages, one at a time and never on the thread that answers the engine.</summary>
    public Action<NriLogLevel, string> Log { get; init; } = static (_, _) => { };

    /// <summary>The time between two attempts to reach an engine that went away.</summary>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The time within which the engine must have taken and configured the plugin.</summary>
    public TimeSpan RegistrationTimeout { get; init; } = TimeSpan.FromSeconds(5);

    internal string Path => SocketPath.Length == 0 ? DefaultSocketPath : SocketPath;

    internal string IndexText => (Index ?? DefaultIndex).ToString("00", CultureInfo.InvariantCulture);

    /// <summary>These options with what an engine tells a plugin that it starts itself: NRI_PLUGIN_NAME, NRI_PLUGIN_IDX and NRI_PLUGIN_SOCKET.</summary>
    /// <param name="variable">The value of an environment variable; null or empty for one that is not set.</param>
    /// <exception cref="NriException">An index was chosen here and by the engine, or a variable does not hold a number.</exception>
    public NriPluginOptions WithEnvironment(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        string name = variable("NRI_PLUGIN_NAME") ?? "", index = variable("NRI_PLUGIN_IDX") ?? "", socket = variable("NRI_PLUGIN_SOCKET") ?? "";
        if (index.Length > 0 && Index is not null)
            throw new NriException($"failed to initialise plugin at {Path}: plugin ID already set (\"{index}\"): unset NRI_PLUGIN_IDX");
        return this with
        {
            Name = name.Length > 0 ? name : Name,
            Index = index.Length > 0 ? Number("NRI_PLUGIN_IDX", index, 99) : Index,
            Descriptor = socket.Length > 0 ? Number("NRI_PLUGIN_SOCKET", socket, int.MaxValue) : Descriptor,
        };
    }

    private int Number(string name, string text, int largest) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= largest
            ? number
            : throw new NriException($"failed to initialise plugin at {Path}: {name}=\"{text}\" is not a number from 0 to {largest}");
}

/// <summary>How much a message of the plugin matters.</summary>
public enum NriLogLevel
{
    /// <summary>What was injected where.</summary>
    Debug,

    /// <summary>Connections, and devices that a pod asked for and does not get.</summary>
    Info,

    /// <summary>Something an administrator should change: an engine that is too old, an engine that cannot be reached.</summary>
    Warning,
}
