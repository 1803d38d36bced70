namespace GpuContainers.Nri;

/// <summary>The plugin could not be started, or the engine refused it. The message is one line that names the socket and the reason.</summary>
public sealed class NriException : Exception
{
    internal NriException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
