namespace GpuContainers.Runtime.Hooks;

/// <summary>A hook that could not do its work; the message is the one error record the user sees.</summary>
/// <param name="message">What happened, to what, and what to do.</param>
/// <param name="cause">The error underneath, if any.</param>
public sealed class HookException(string message, Exception? cause = null) : ToolkitException(message, cause);
