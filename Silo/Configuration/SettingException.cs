namespace Grid.Silo.Configuration;

/// <summary>The silo cannot start as it is set up. The message is one line that names the setting and what to do.</summary>
sealed class SettingException(string message, Exception? inner = null) : Exception(message, inner);
